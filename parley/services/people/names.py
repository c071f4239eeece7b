"""Names for notifications, of people and of services, remembered for a while.

A name shown in a push may be a minute old; that saves a read a message where people talk.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.services.delivery.push_settings import ServicePushSettings
from parley.store import Store
from schema import ids, paths
from schema.users import UNNAMED
from schema.visible import is_blank

_KEPT = timedelta(minutes=1)
_MISSED = timedelta(seconds=10)
"""An app may write a first message before a name."""
_MOST = 20_000


class Names:
    """Display names by sender id (a uid or ``service:{serviceId}``)."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self.push_settings = ServicePushSettings(store=store, clock=clock)
        self._store = store
        self._clock = clock
        self._names: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    async def of(self, senders: Iterable[str]) -> dict[str, str]:
        """The name of each sender; of a person as their profile has it, else their own record.

        Whoever has neither is ``UNNAMED``, a service without a name its id.
        """
        now = self._clock.now()
        answer: dict[str, str] = {}
        missing: list[str] = []
        for sender in sorted(set(senders)):
            name, until = self._names.get(sender, ("", now))
            if until > now:
                answer[sender] = name
            else:
                missing.append(sender)
        found = await self._read(missing)
        for sender in missing:
            answer[sender] = found.get(sender) or _nameless(sender)
            kept = _KEPT if sender in found else _MISSED
            self._names[sender] = (answer[sender], now + kept)
        while len(self._names) > _MOST:
            self._names.popitem(last=False)
        return answer

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
            service_id = ids.service_of_member(sender)
            if service_id is not None:
                self.push_settings.learn(service_id, fields)
            name = fields.get("displayName" if service_id is None else "name")
            if isinstance(name, str) and not is_blank(name):
                names[sender] = name
        return names


def _path(sender: str) -> str:
    service_id = ids.service_of_member(sender)
    return paths.service(service_id) if service_id is not None else paths.profile(sender)


def _nameless(sender: str) -> str:
    return ids.service_of_member(sender) or UNNAMED
