"""Ends a process whose event loop is blocked, so that it is restarted.

A blocked process extends no lease and serves no probe. Only a thread can notice.
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
        self._responded = threading.Event()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start watching; call it in the loop's own thread."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _watch(self) -> None:
        blocked = 0.0
        self._ping()
        # Count ticks, not time: a process that was suspended and resumed is not blocked.
        while not self._stopped.wait(self._tick_seconds):
            if self._responded.is_set():
                blocked = 0.0
                self._ping()
                continue
            blocked += self._tick_seconds
            if blocked >= self._limit_seconds:
                self._report(blocked)
                self._end(EXIT_STATUS)
                return

    def _ping(self) -> None:
        self._responded.clear()
        try:
            self._loop.call_soon_threadsafe(self._responded.set)
        except RuntimeError:
            # The loop is closed; the process is ending.
            self._stopped.set()

    def _report(self, blocked: float) -> None:
        frame = sys._current_frames().get(self._loop_thread)
        stack = "".join(traceback.format_stack(frame)) if frame is not None else None
        _log.critical("worker.loopBlocked", seconds=round(blocked, 1), stackTrace=stack)
        sys.stdout.flush()
