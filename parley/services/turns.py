"""Let few pieces of work run at once; those that wait take turns by key."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from parley.domain.aside import AT_ONCE, Aside

T = TypeVar("T")


class Turns:
    """At most ``most`` hold a turn at once.

    The next turn goes to the key that has waited longest since its last one, and within a key to
    whom has waited longest. So work of one key never waits for all the work of another.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """Hold a turn of this key within the block."""
        await self._take(key)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, key: str) -> None:
        if self._free:
            self._free -= 1
            return
        granted = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(granted)
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            key, waiting = self._waiting.popitem(last=False)
            granted = waiting.popleft()
            if waiting:
                self._waiting[key] = waiting
            if not granted.done():
                granted.set_result(None)
                return
        self._free += 1


class SlowWork:
    """Runs work beside the event loop, one piece at a time; services take turns."""

    def __init__(self, aside: Aside = AT_ONCE) -> None:
        self._aside = aside
        self._turns = Turns(1)

    async def run(self, work: Callable[[], T], *, service_id: str) -> T:
        """Return the result of ``work``, which this service asks for."""
        async with self._turns.of(service_id):
            return await self._aside.run(work)
