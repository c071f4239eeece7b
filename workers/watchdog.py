"""Ends a process whose event loop does not turn any more, so that it is started anew.

Such a process extends no lease and answers nobody, and cannot help itself: a thread has to.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import Callable

from parley.structured_logging import get_log

EXIT_STATUS = 70
"""``EX_SOFTWARE`` of sysexits.h."""

TICK_SECONDS = 0.5

_log = get_log("workers.watchdog")


class Watchdog:
    """Watches the running event loop from ``start`` to ``stop``."""

    def __init__(
        self,
        limit_seconds: float,
        *,
        end: Callable[[int], object] = os._exit,
        tick_seconds: float = TICK_SECONDS,
    ) -> None:
        self._limit_seconds = limit_seconds
        self._end = end
        self._tick_seconds = tick_seconds
        self._turned = threading.Event()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin; to be called in the loop's own thread."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _watch(self) -> None:
        blocked = 0.0
        self._ask()
        # Own ticks are counted, not time: a process that was stopped and goes on is not blocked.
        while not self._stopped.wait(self._tick_seconds):
            if self._turned.is_set():
                blocked = 0.0
                self._ask()
                continue
            blocked += self._tick_seconds
            if blocked >= self._limit_seconds:
                self._tell(blocked)
                self._end(EXIT_STATUS)
                return

    def _ask(self) -> None:
        self._turned.clear()
        try:
            self._loop.call_soon_threadsafe(self._turned.set)
        except RuntimeError:
            # The loop was closed: the process is ending.
            self._stopped.set()

    def _tell(self, blocked: float) -> None:
        frame = sys._current_frames().get(self._loop_thread)
        stack = "".join(traceback.format_stack(frame)) if frame is not None else None
        _log.critical("worker.loopBlocked", seconds=round(blocked, 1), stackTrace=stack)
        sys.stdout.flush()
