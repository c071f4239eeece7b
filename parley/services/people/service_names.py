"""The names of all services, read ahead so that no message costs a read for them.

With the names comes which services tell of unread messages by email.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from parley.domain.people.name_likeness import as_person, likeness
from parley.domain.ports import Clock
from parley.services.delivery.digest_settings import DigestSettings
from parley.store import Query, Store
from schema import paths

_EVERY_SECONDS: Final = 600.0


class ServiceNames:
    """Tells people from services of the same name. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self.digests = DigestSettings()
        self._store = store
        self._clock = clock
        self._by_service: dict[str, str] = {}
        self._taken: frozenset[str] = frozenset()

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
