"""Runs one worker process: runners, background tasks, signals, health and the watchdog."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from parley.domain.retry import RetryPolicy
from parley.structured_logging import error_text, get_log
from workers.runtime.health import serve_health
from workers.runtime.runner import Runner
from workers.runtime.watchdog import Watchdog

BackgroundTask = Callable[[], Awaitable[None]]

BACK_OFF = RetryPolicy(first_seconds=2.0, max_seconds=60.0)

GC_THRESHOLDS = 50_000, 20, 50
"""At most some 10 MB wait for the first collection; nearly all of a batch is freed without one.

Saves a twentieth of a campaign's CPU against Python's 700, 10, 10 (``docs/performance.md``).
"""

_M_ARENA_MAX, ARENAS = -8, 2
"""``mallopt(3)``. Memory that one thread has freed serves the others; only one computes at once."""

SWITCH_SECONDS = 0.001
"""How long a thread beside the event loop computes before the loop gets its turn."""

_log = get_log("workers.process")


def collect_less_often() -> None:
    """Freeze the objects of start-up, and collect the others less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def share_memory_of_threads() -> None:
    """Let all threads allocate from few arenas, where the C library is glibc.

    Otherwise each thread that reads from the store keeps the most that it ever needed.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


async def run_process(
    runners: Sequence[Runner[Any]],
    *,
    background: Sequence[BackgroundTask] = (),
    health_port: int | None = None,
    loop_blocked_seconds: float = 30.0,
) -> None:
    """Run until SIGTERM or SIGINT, then drain; a second signal ends the process at once.

    Raises what ``run_together`` raises, so that the process is restarted.
    """
    stop = asyncio.Event()
    _stop_on_signals(stop)
    share_memory_of_threads()
    collect_less_often()
    sys.setswitchinterval(SWITCH_SECONDS)
    watchdog = Watchdog(loop_blocked_seconds)
    watchdog.start()
    health = None
    if health_port is not None:
        health = await serve_health(health_port, lambda: [one.health() for one in runners])
    try:
        await run_together(runners, background=background, stop=stop, randomness=random.Random())
    finally:
        if health is not None:
            await health.cleanup()
        watchdog.stop()


async def run_together(
    runners: Sequence[Runner[Any]],
    *,
    background: Sequence[BackgroundTask],
    stop: asyncio.Event,
    randomness: random.Random,
) -> None:
    """Run until ``stop`` is set, then drain all runners.

    A runner that breaks stops the others, and its error is raised after their drain. Background
    tasks are restarted with back-off when they fail, and cancelled at the drain.
    """
    beside = [asyncio.create_task(_keep_running(task, randomness)) for task in background]
    running = [asyncio.create_task(_run(runner, stop)) for runner in runners]
    try:
        await stop.wait()
    finally:
        for task in beside:
            task.cancel()
        results = await asyncio.gather(*running, return_exceptions=True)
        if beside:
            await asyncio.wait(beside, timeout=1.0)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _run(runner: Runner[Any], stop: asyncio.Event) -> None:
    try:
        await runner.run(stop)
    except Exception as fault:
        _log.error("worker.broken", trace=fault)
        raise
    finally:
        stop.set()


async def _keep_running(task: BackgroundTask, randomness: random.Random) -> None:
    """Run a task until it returns; restart it with back-off when it fails."""
    name = getattr(task, "__qualname__", repr(task))
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        started = loop.time()
        try:
            await task()
        except Exception as error:
            ran_long = loop.time() - started > BACK_OFF.max_seconds
            failures = 1 if ran_long else failures + 1
            _log.error("background.failed", task=name, trace=error, error=error_text(error))
            await asyncio.sleep(BACK_OFF.delay(failures, asked=None, randomness=randomness))
        else:
            return


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def handle(number: signal.Signals) -> None:
        if stop.is_set():
            _log.warning("process.endedAtOnce", signal=number.name)
            os._exit(128 + number)
        _log.info("process.stopping", signal=number.name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle, number)
