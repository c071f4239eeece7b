"""The names of all services, read ahead so that no message costs a read for them.

With the names comes which services tell of unread messages by email.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cachetools import TTLCache

from parley.domain.people.name_likeness import as_person, likeness, spellings
from parley.domain.ports import Clock
from parley.services.delivery.digest_settings import DigestSettings
from parley.store import Query, Store, Where
from schema import paths

_EVERY_SECONDS: Final = 600.0

_LOOKED_UP: Final = 20_000
"""Names of people that are remembered, as no service's, some 4 MB."""
_NAMES_AT_ONCE: Final = 30
"""Values of one ``in``."""


class ServiceNames:
    """Tells people from services of the same name. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self.digests = DigestSettings()
        self._store = store
        self._clock = clock
        self._by_service: dict[str, str] = {}
        self._taken: frozenset[str] = frozenset()
        self._free: TTLCache[str, None] = TTLCache(
            _LOOKED_UP, _EVERY_SECONDS, timer=lambda: clock.now().timestamp()
        )

    def shown(self, name: str) -> str:
        """Return what a person, or a chat that a person named, is called in a push."""
        return as_person(name) if likeness(name) in self._taken else name

    def learn(self, service_id: str, fields: Mapping[str, Any]) -> None:
        """Use the name in a service's document that was just read."""
        self.digests.learn(service_id, fields)
        name = fields.get("name")
        if isinstance(name, str):
            self._by_service[service_id] = likeness(name)
            self._taken = frozenset(self._by_service.values()) - {""}

    async def look_up(self, names: Iterable[str]) -> None:
        """Learn of services that got one of these names of people since the last refresh.

        One read for a name that was not looked up in the last ten minutes.
        """
        unknown = [
            name
            for name in dict.fromkeys(names)
            if name not in self._free and likeness(name) not in self._taken
        ]
        for name in unknown:
            self._free[name] = None
            alike = Where("name", "in", spellings(name)[:_NAMES_AT_ONCE])
            query = Query(paths.SERVICES, where=(alike,), limit=1)
            async for page in self._store.stream(query):
                for snapshot in page:
                    self.learn(snapshot.id, snapshot.fields)

    async def refresh(self) -> None:
        """Read the names of all services: one read each."""
        query = Query(paths.SERVICES, select=("name", "email"))
        services = {
            snapshot.id: snapshot.fields
            async for page in self._store.stream(query)
            for snapshot in page
        }
        self.digests.replace(services)
        self._by_service = {
            service_id: likeness(name)
            for service_id, fields in services.items()
            if isinstance(name := fields.get("name"), str)
        }
        self._taken = frozenset(self._by_service.values()) - {""}

    async def run(self) -> None:
        """Refresh every ten minutes, until cancelled."""
        while True:
            await self.refresh()
            await self._clock.sleep(_EVERY_SECONDS)
