"""An event loop whose time is virtual: it jumps to the next timer instead of waiting for it.

Minutes of timeouts, leases and back-off pass in milliseconds, in the same order at every run. Only
work that computes takes real time, and none of the loop's own.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from parley.testing.clock import START

T = TypeVar("T")


class NothingLeftToHappen(RuntimeError):
    """Every task waits, and no timer would ever wake one: outside a test this hangs."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """``time()`` starts at 0 and moves only while every task waits for a timer.

    For tasks that talk to twins in memory. A task that waits for a thread or a socket finds that
    the timers of other tasks fire first, however late they are.
    """

    def __init__(self) -> None:
        self._virtual_now = 0.0
        super().__init__(_JumpingSelector(self._advance))

    def time(self) -> float:
        return self._virtual_now

    def _advance(self, seconds: float) -> None:
        self._virtual_now += seconds


class _JumpingSelector(selectors.DefaultSelector):
    """Advances time where another selector would block."""

    def __init__(self, advance: Any) -> None:
        super().__init__()
        self._advance = advance

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if ready := super().select(0):
            return ready
        if timeout is None:
            raise NothingLeftToHappen("all tasks wait, and no timer is set")
        self._advance(timeout)
        return []


class LoopClock:
    """A ``Clock`` that follows the running event loop, from ``start`` at the loop's time 0."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start

    def now(self) -> datetime:
        return self._start + timedelta(seconds=asyncio.get_running_loop().time())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run_in_virtual_time(main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` to its end in a loop of its own, as ``asyncio.run`` does."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
