"""Push settings of services, read ahead so that no message costs a read for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from parley.domain.delivery.push import DEFAULT_SETTINGS
from parley.domain.ports import Clock
from parley.store import OrderBy, Query, Store
from schema import paths
from schema.services import PushSettings

_EVERY_SECONDS = 10.0
_FIRST_SECONDS = 2.0
"""The longest wait of a push for the first reading, after a process has begun."""


class ServicePushSettings:
    """The settings of every service that has any. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._chosen: dict[str, PushSettings] = {}
        self._is_running = False
        self._is_known = asyncio.Event()

    async def of(self, service_id: str) -> PushSettings:
        """Return the push settings of this service, without a read."""
        if self._is_running and not self._is_known.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_known.wait(), _FIRST_SECONDS)
        return self._chosen.get(service_id, DEFAULT_SETTINGS)

    def learn(self, service_id: str, fields: Mapping[str, Any]) -> None:
        """Use the settings of a service's document that was just read."""
        settings = _settings(fields)
        if settings == DEFAULT_SETTINGS:
            self._chosen.pop(service_id, None)
        else:
            self._chosen[service_id] = settings

    async def refresh(self) -> None:
        """Read the services that have settings: one read each, one if there are none."""
        query = Query(paths.SERVICES, order_by=(OrderBy("push"),), select=("push",))
        self._chosen = {
            snapshot.id: settings
            async for page in self._store.stream(query)
            for snapshot in page
            if (settings := _settings(snapshot.fields)) != DEFAULT_SETTINGS
        }
        self._is_known.set()

    async def run(self) -> None:
        """Refresh every ten seconds, until cancelled."""
        self._is_running = True
        while True:
            await self.refresh()
            await self._clock.sleep(_EVERY_SECONDS)


def _settings(fields: Mapping[str, Any]) -> PushSettings:
    """Return valid settings; invalid ones become the defaults, so that they silence nobody."""
    try:
        return PushSettings.parse(fields.get("push") or {})
    except ValidationError:
        return DEFAULT_SETTINGS
