"""Pulls one queue for ever, whatever becomes of the queue meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

from parley.domain.ports import Received, Subscriber
from parley.errors import ParleyError, QueueMissing
from parley.queues import Queue
from parley.structured_logging import Log, error_text
from workers.leases import Leases

Repair = Callable[[Queue], Awaitable[object]]
"""Makes a queue's topic and subscription again; may raise any of Parley's errors."""

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 3.0


class Intake:
    """Pulls as long as there is room in hand, and hands over what came.

    An outage is logged when it begins and when it ends; a queue that does not exist is made again
    by ``repair``, or waited for where there is none.
    """

    def __init__(
        self,
        subscriber: Subscriber,
        queue: Queue,
        leases: Leases,
        log: Log,
        *,
        accept: Callable[[Sequence[Received], float], None],
        repair: Repair | None,
        randomness: random.Random,
        monotonic: Callable[[], float],
    ) -> None:
        """``accept`` is given what came, and when its pull began."""
        self._subscriber = subscriber
        self._queue = queue
        self._leases = leases
        self._log = log
        self._accept = accept
        self._repair = repair
        self._randomness = randomness
        self._monotonic = monotonic
        self._is_away = False

    def stop(self) -> None:
        """Begin no more pulls; the loops end with the pulls that they have begun."""
        self._leases.close()

    async def pull_on(self) -> None:
        """One pull loop, until ``stop``; several may run."""
        wait = FIRST_WAIT_SECONDS
        while size := await self._leases.reserve():
            try:
                await self._pull(size)
                self._is_back()
                wait = FIRST_WAIT_SECONDS
            except Exception as error:
                await self._went_away(error)
                await asyncio.sleep(self._randomness.uniform(wait / 2, wait))
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            finally:
                self._leases.release(size)

    async def _pull(self, size: int) -> None:
        begun = self._monotonic()
        pulling = asyncio.ensure_future(self._subscriber.pull(self._queue.name, max_messages=size))
        try:
            self._accept(await asyncio.shield(pulling), begun)
        except asyncio.CancelledError:
            # What came in the last moment is not to be left to its lease.
            pulling.cancel()
            (came,) = await asyncio.gather(pulling, return_exceptions=True)
            if isinstance(came, list):
                self._accept(came, begun)
            raise

    async def _went_away(self, error: Exception) -> None:
        if not self._is_away:
            self._is_away = True
            trace = None if isinstance(error, ParleyError) else error
            self._log.error("queue.unavailable", trace=trace, error=error_text(error))
        if isinstance(error, QueueMissing) and self._repair is not None:
            try:
                await self._repair(self._queue)
            except ParleyError as failed:
                self._log.debug("queue.notProvisioned", error=error_text(failed))
            else:
                self._log.info("queue.provisioned")

    def _is_back(self) -> None:
        if self._is_away:
            self._is_away = False
            self._log.info("queue.available")
