"""Flow control: bounds the messages in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from parley.queues import Queue


class FlowControl:
    """Grants pulls room for messages. A pull reserves room before it starts."""

    def __init__(self, queue: Queue, *, in_flight: Callable[[], int]) -> None:
        self._max_in_flight = queue.max_in_hand
        self._pull_size = queue.pull_size
        self._in_flight = in_flight
        self._reserved = 0
        self._is_closed = False
        self._changed = asyncio.Event()

    async def reserve(self) -> int:
        """Wait for room, and return how many messages one pull may take; 0 once closed."""
        while not self._is_closed:
            room = self._max_in_flight - self._in_flight() - self._reserved
            # Many small pulls would cost as much as a large one each.
            if room >= max(1, self._pull_size // 4):
                size = min(room, self._pull_size)
                self._reserved += size
                return size
            self._changed.clear()
            await self._changed.wait()
        return 0

    def release(self, size: int) -> None:
        """Return a reservation when its pull is over."""
        self._reserved -= size
        self.notify()

    def notify(self) -> None:
        """Look again for room; to be called when messages leave."""
        self._changed.set()

    def close(self) -> None:
        """Grant no room any more."""
        self._is_closed = True
        self.notify()
