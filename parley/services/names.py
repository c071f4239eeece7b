"""Names for notifications: of people and of services, remembered for a while.

A name shown in a push may be some minutes old; that saves one read a message.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from parley.domain.ports import Clock, Store
from schema import ids, paths
from schema.users import UNNAMED

_KEPT = timedelta(minutes=5)
_MOST = 20_000


class Names:
    """Display names by sender id (a uid or ``service:{serviceId}``)."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._names: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    async def of(self, senders: Iterable[str]) -> dict[str, str]:
        """The name of each sender; a person without a profile is ``UNNAMED``."""
        now = self._clock.now()
        wanted = sorted(set(senders))
        missing = [
            sender
            for sender in wanted
            if sender not in self._names or self._names[sender][1] + _KEPT < now
        ]
        if missing:
            snapshots = await self._store.get_many([_path(sender) for sender in missing])
            for sender, snapshot in zip(missing, snapshots, strict=True):
                fields = snapshot.fields if snapshot else {}
                self._names[sender] = (_name(sender, fields), now)
        answer = {sender: self._names[sender][0] for sender in wanted}
        while len(self._names) > _MOST:
            self._names.popitem(last=False)
        return answer


def _path(sender: str) -> str:
    service_id = ids.service_of_member(sender)
    return paths.service(service_id) if service_id is not None else paths.profile(sender)


def _name(sender: str, fields: dict[str, object]) -> str:
    service_id = ids.service_of_member(sender)
    held = fields.get("name" if service_id is not None else "displayName")
    if isinstance(held, str) and held:
        return held
    return service_id if service_id is not None else UNNAMED
