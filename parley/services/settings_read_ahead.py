"""A setting of all services, read ahead so that no message costs a read for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Generic, TypeVar

from parley.domain.ports import Clock
from parley.store import Query, Store

_EVERY_SECONDS = 10.0
_FIRST_SECONDS = 2.0
"""The longest wait of a message for the first reading, after a process has begun."""

T = TypeVar("T")


class SettingsReadAhead(Generic[T]):
    """The setting of every service that has chosen it. One instance a process.

    ``chosen`` finds the services that have it. ``parse`` reads the fields of a service; for invalid
    ones it returns the ``default``.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        chosen: Query,
        parse: Callable[[Mapping[str, Any]], T],
        default: T,
    ) -> None:
        self._store = store
        self._clock = clock
        self._query = chosen
        self._parse = parse
        self._default = default
        self._chosen: dict[str, T] = {}
        self._is_running = False
        self._is_known = asyncio.Event()

    async def of(self, service_id: str) -> T:
        """Return the setting of this service, without a read."""
        if self._is_running and not self._is_known.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_known.wait(), _FIRST_SECONDS)
        return self._chosen.get(service_id, self._default)

    def learn(self, service_id: str, fields: Mapping[str, Any]) -> None:
        """Use the setting of a service's document that was just read."""
        chosen = self._parse(fields)
        if chosen == self._default:
            self._chosen.pop(service_id, None)
        else:
            self._chosen[service_id] = chosen

    async def refresh(self) -> None:
        """Read the services that have the setting: one read each, one if there are none."""
        self._chosen = {
            snapshot.id: chosen
            async for page in self._store.stream(self._query)
            for snapshot in page
            if (chosen := self._parse(snapshot.fields)) != self._default
        }
        self._is_known.set()

    async def run(self) -> None:
        """Refresh every ten seconds, until cancelled."""
        self._is_running = True
        while True:
            await self.refresh()
            await self._clock.sleep(_EVERY_SECONDS)
