"""A cache of display names for notifications, of people and of services.

A name shown in a push may be a minute old. This saves a read for each message of a busy chat.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from cachetools import TLRUCache

from parley.domain.campaigns.played_pace import NAME_SECONDS
from parley.domain.ports import Clock
from parley.services.delivery.push_settings import ServicePushSettings
from parley.services.people.service_names import ServiceNames
from parley.store import Store
from schema import ids, paths
from schema.users import UNNAMED
from schema.visible import as_line, is_blank

_MISSING_NAME_TTL = 10.0
"""Seconds; short, because an app may write the first message before the name."""
_CACHE_SIZE = 20_000


class Names:
    """Display names by sender id (a uid or ``service:{serviceId}``)."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self.push_settings = ServicePushSettings(store=store, clock=clock)
        self.services = ServiceNames(store=store, clock=clock)
        self._store = store
        self._names: TLRUCache[str, str | None] = TLRUCache(
            _CACHE_SIZE, ttu=_expires_at, timer=lambda: clock.now().timestamp()
        )
        """Names by sender; None if the store has no name."""

    async def of(self, senders: Iterable[str], *, alone: bool = False) -> dict[str, str]:
        """Return the name of each sender: a person's from their profile, else their own record.

        A person without a name is ``UNNAMED``; a service without one goes by its id. A person who
        is called like a service has a sign before the name.

        ``alone``: the name stands alone in the title, as in a direct chat. Then it is looked up
        among the services that are new, too: a read more for each name in ten minutes.
        """
        wanted = sorted(set(senders))
        names: dict[str, str | None] = {}
        for sender in wanted:
            with suppress(KeyError):
                names[sender] = self._names[sender]
        missing = [sender for sender in wanted if sender not in names]
        found = await self._read(missing)
        for sender in missing:
            self._names[sender] = names[sender] = found.get(sender)
        if alone:
            await self.services.look_up(
                name for sender, name in names.items() if name and _is_person(sender)
            )
        return {sender: self._shown(sender, names[sender]) for sender in wanted}

    def _shown(self, sender: str, name: str | None) -> str:
        if name is None:
            return _nameless(sender)
        return self.services.shown(name) if _is_person(sender) else name

    async def _read(self, senders: list[str]) -> dict[str, str]:
        """Return the names that the store has."""
        found = await self._read_at({sender: _path(sender) for sender in senders})
        people = [sender for sender in senders if sender not in found and _is_person(sender)]
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
                self.services.learn(service_id, fields)
            name = fields.get("displayName" if service_id is None else "name")
            if isinstance(name, str) and not is_blank(name):
                names[sender] = as_line(name)
        return names


def _expires_at(sender: str, name: str | None, now: float) -> float:
    return now + (_MISSING_NAME_TTL if name is None else NAME_SECONDS)


def _is_person(sender: str) -> bool:
    return ids.service_of_member(sender) is None


def _path(sender: str) -> str:
    service_id = ids.service_of_member(sender)
    return paths.service(service_id) if service_id is not None else paths.profile(sender)


def _nameless(sender: str) -> str:
    return ids.service_of_member(sender) or UNNAMED
