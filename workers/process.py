"""One worker process: runners side by side, what runs beside them, and how it all ends."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from parley.structured_logging import error_text, get_log
from workers.collector import calm_collector
from workers.liveness import serve_health
from workers.runner import Runner
from workers.watchdog import Watchdog

BackgroundTask = Callable[[], Awaitable[None]]

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0

_log = get_log("workers.process")


async def run_process(
    runners: Sequence[Runner[Any]],
    *,
    background: Sequence[BackgroundTask] = (),
    health_port: int | None = None,
    loop_blocked_seconds: float = 30.0,
) -> None:
    """Run until SIGTERM or SIGINT, then drain; a second signal ends the process at once.

    If a runner breaks, the others are drained and its error is raised, so that the process is
    started anew. Background tasks are restarted when they fail, and cut off at the drain.
    """
    stop = asyncio.Event()
    _obey_signals(stop)
    calm_collector()
    watchdog = Watchdog(loop_blocked_seconds)
    watchdog.start()
    health = None
    if health_port is not None:
        health = await serve_health(health_port, lambda: [one.health() for one in runners])
    beside = [asyncio.create_task(_again_and_again(task)) for task in background]
    running = [asyncio.create_task(_run(runner, stop)) for runner in runners]
    try:
        await stop.wait()
    finally:
        for task in beside:
            task.cancel()
        results = await asyncio.gather(*running, return_exceptions=True)
        if beside:
            await asyncio.wait(beside, timeout=1.0)
        if health is not None:
            await health.cleanup()
        watchdog.stop()
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


async def _again_and_again(task: BackgroundTask) -> None:
    """Run a task; when it fails, run it again a little later. One that returns is over."""
    name = getattr(task, "__qualname__", repr(task))
    wait = FIRST_WAIT_SECONDS
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await task()
        except Exception as error:
            if loop.time() - began > LONGEST_WAIT_SECONDS:
                wait = FIRST_WAIT_SECONDS
            _log.error("background.failed", task=name, trace=error, error=error_text(error))
            await asyncio.sleep(random.uniform(wait / 2, wait))
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        else:
            return


def _obey_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def told(number: signal.Signals) -> None:
        if stop.is_set():
            _log.warning("process.endedAtOnce", signal=number.name)
            os._exit(128 + number)
        _log.info("process.stopping", signal=number.name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told, number)
