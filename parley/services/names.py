"""Names for notifications: of people and of services, remembered for a while.

A name shown in a push may be a minute old; that saves a read a message where people talk.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from parley.domain.ports import Clock, Store
from schema import ids, paths
from schema.users import UNNAMED

_KEPT = timedelta(minutes=1)
_MOST = 20_000


class Names:
    """Display names by sender id (a uid or ``service:{serviceId}``)."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._names: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    async def of(self, senders: Iterable[str]) -> dict[str, str]:
        """The name of each sender; of a person as their profile has it, else their own record.

        Whoever has neither is ``UNNAMED``, a service without a name its id; both are asked for
        again the next time, since an app may write a first message before a name.
        """
        now = self._clock.now()
        wanted = set(senders)
        answer = {sender: self._remembered(sender, now) for sender in wanted}
        found = await self._read([sender for sender in sorted(wanted) if answer[sender] is None])
        for sender, name in found.items():
            self._names[sender] = (name, now)
        while len(self._names) > _MOST:
            self._names.popitem(last=False)
        return {
            sender: name or found.get(sender) or _nameless(sender)
            for sender, name in answer.items()
        }

    def _remembered(self, sender: str, now: datetime) -> str | None:
        name, at = self._names.get(sender, (None, now))
        return name if at + _KEPT >= now else None

    async def _read(self, senders: list[str]) -> dict[str, str]:
        """The names that are written down somewhere."""
        found = await self._read_at({sender: _path(sender) for sender in senders})
        people = [
            sender
            for sender in senders
            if sender not in found and ids.service_of_member(sender) is None
        ]
        return found | await self._read_at({uid: paths.user(uid) for uid in people})

    async def _read_at(self, places: dict[str, str]) -> dict[str, str]:
        if not places:
            return {}
        snapshots = await self._store.get_many(list(places.values()))
        names = {}
        for sender, snapshot in zip(places, snapshots, strict=True):
            fields = snapshot.fields if snapshot else {}
            name = fields.get("name" if ids.service_of_member(sender) else "displayName")
            if isinstance(name, str) and name:
                names[sender] = name
        return names


def _path(sender: str) -> str:
    service_id = ids.service_of_member(sender)
    return paths.service(service_id) if service_id is not None else paths.profile(sender)


def _nameless(sender: str) -> str:
    return ids.service_of_member(sender) or UNNAMED
