"""What people may post in the chats of a service, read ahead so that no message costs a read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from pydantic import ValidationError

from parley.domain.chats.post_paces import PostPaces
from parley.domain.ports import Clock
from parley.store import OrderBy, Query, Store
from schema import limits, paths
from schema.services import ServiceLimits

_EVERY_SECONDS: Final = 10.0
_FIRST_SECONDS: Final = 2.0
"""The longest wait of a message for the first reading, after a process has begun."""

_DEFAULT: Final = PostPaces()


class PostLimits:
    """The limits of every service that has chosen any. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._chosen: dict[str, PostPaces] = {}
        self._is_running = False
        self._is_known = asyncio.Event()

    async def of(self, service_id: str) -> PostPaces:
        """Return the limits of this service, without a read."""
        if self._is_running and not self._is_known.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_known.wait(), _FIRST_SECONDS)
        return self._chosen.get(service_id, _DEFAULT)

    async def refresh(self) -> None:
        """Read the services that have limits: one read each, one if there are none."""
        query = Query(paths.SERVICES, order_by=(OrderBy("limits"),), select=("limits",))
        self._chosen = {
            snapshot.id: paces
            async for page in self._store.stream(query)
            for snapshot in page
            if (paces := _paces(snapshot.fields)) != _DEFAULT
        }
        self._is_known.set()

    async def run(self) -> None:
        """Refresh every ten seconds, until cancelled."""
        self._is_running = True
        while True:
            await self.refresh()
            await self._clock.sleep(_EVERY_SECONDS)


def _paces(fields: Mapping[str, Any]) -> PostPaces:
    """Return valid limits; invalid ones become the defaults, so that they mute nobody."""
    try:
        chosen = ServiceLimits.parse(fields.get("limits") or {})
    except ValidationError:
        return _DEFAULT
    return PostPaces(
        per_second=chosen.posts_per_second or limits.POSTS_PER_SECOND,
        per_minute=chosen.posts_per_minute or limits.POSTS_PER_MINUTE,
        slow_mode_seconds=chosen.slow_mode_seconds or 0,
    )
