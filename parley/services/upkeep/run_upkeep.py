"""Runs the periodic tasks in the one process that holds the lease."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.domain.retry import RetryPolicy
from parley.errors import ParleyError
from parley.services.upkeep.hold_lease import HoldLease
from parley.structured_logging import error_text, get_log

BACK_OFF = RetryPolicy(first_seconds=2.0, max_seconds=60.0)
"""For a task that fails again and again; it never waits less than its period."""

_RELEASE_SECONDS = 0.5

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """Work that runs by the clock.

    ``run`` makes one pass at a time of the store, and returns how many things it set going. Two
    passes may overlap for a moment when the lease changes hands, and a pass may be cancelled
    anywhere. So it only publishes, or commits under a precondition. The next pass begins
    ``period`` after the end of the last.
    """

    name: str
    period: timedelta
    run: Callable[[datetime], Awaitable[int]]


class RunUpkeep:
    """The periodic tasks of one process."""

    def __init__(
        self,
        *,
        tasks: Sequence[PeriodicTask],
        lease: HoldLease,
        clock: Clock,
        randomness: random.Random,
    ) -> None:
        self.tasks = tasks
        self._lease = lease
        self._clock = clock
        self._randomness = randomness

    async def run(self) -> None:
        """Run the tasks whenever this process holds the lease, until cancelled."""
        try:
            while True:
                if (wait := await self._claim()) > 0:
                    await self._clock.sleep(wait)
                else:
                    await self._run_while_held()
        finally:
            with suppress(ParleyError, TimeoutError):
                async with asyncio.timeout(_RELEASE_SECONDS):
                    await self._lease.release()

    async def run_once(self) -> int:
        """Make one pass of each task now, without the lease; return the sum of their counts.

        A task that fails holds up no other. Raise the first error at the end.
        """
        now = self._clock.now()
        count = 0
        failed: Exception | None = None
        for task in self.tasks:
            try:
                count += await task.run(now)
            except Exception as error:
                _log_failure(task, error)
                failed = failed or error
        if failed is not None:
            raise failed
        return count

    async def _claim(self) -> float:
        try:
            wait = await self._lease.claim()
        except ParleyError as error:
            _log.warning("upkeep.leaseUnavailable", error=error_text(error))
            return max(1.0, self._lease.jitter())
        if wait > 0:
            _log.debug("upkeep.waits", seconds=round(wait, 1))
        return wait

    async def _run_while_held(self) -> None:
        """Run all tasks side by side until the lease is lost."""
        _log.info("upkeep.began", fencingToken=self._lease.token)

        def cancel_all() -> None:
            for one in running:
                one.cancel()

        running = [asyncio.create_task(self._repeat(task)) for task in self.tasks]
        running.append(asyncio.create_task(self._lease.keep(cancel_all)))
        try:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            cancel_all()
            results = await asyncio.gather(*running, return_exceptions=True)
            _log.info("upkeep.ended")
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _repeat(self, task: PeriodicTask) -> None:
        failures = 0
        while (now := self._lease.now()) is not None:
            wait = task.period.total_seconds()
            try:
                await task.run(now)
                failures = 0
            except Exception as error:
                failures += 1
                _log_failure(task, error)
                back_off = BACK_OFF.delay(failures, asked=None, randomness=self._randomness)
                wait = max(wait, back_off)
            await self._clock.sleep(wait)


def _log_failure(task: PeriodicTask, error: Exception) -> None:
    _log.error("upkeep.failed", task=task.name, trace=error, error=error_text(error))
