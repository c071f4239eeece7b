"""Pulls one queue while there is room for its messages, through outages of the queue."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from parley.domain.ports import Received, Subscriber
from parley.domain.retry import RetryPolicy
from parley.errors import ParleyError, QueueMissing
from parley.queues import Queue
from parley.structured_logging import Log, error_text

Repair = Callable[[Queue], Awaitable[object]]
"""Creates a queue's topic and subscription again; may raise any of Parley's errors."""

BACK_OFF = RetryPolicy(first_seconds=0.5, max_seconds=3.0)


class FlowControl:
    """Bounds the messages in flight. A pull reserves room before it starts.

    ``waiting_bytes``: the data of those that have not begun, which the pulls under way may exceed.
    """

    def __init__(
        self, queue: Queue, *, in_flight: Callable[[], int], waiting_bytes: Callable[[], int]
    ) -> None:
        self._max_in_flight = queue.max_in_hand
        self._max_waiting_bytes = queue.max_waiting_bytes
        self._waiting_bytes = waiting_bytes
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
            is_light = self._waiting_bytes() < self._max_waiting_bytes
            if is_light and room >= max(1, self._pull_size // 4):
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


@dataclass(slots=True)
class Puller:
    """Pulls while there is room for messages in flight, and passes them on.

    Logs when an outage begins and when it ends. A missing queue is created again by ``repair``;
    without one it is waited for. ``accept`` takes the messages of a pull, and when it started.
    """

    subscriber: Subscriber
    queue: Queue
    flow: FlowControl
    log: Log
    accept: Callable[[Sequence[Received], float], None]
    repair: Repair | None
    randomness: random.Random
    monotonic: Callable[[], float]
    _is_unavailable: bool = field(default=False, init=False)

    async def pull_until_closed(self) -> None:
        """Run one pull loop until flow control is closed; several may run side by side."""
        failures = 0
        while size := await self.flow.reserve():
            try:
                await self._pull(size)
                self._note_success()
                failures = 0
            except Exception as error:
                await self._note_failure(error)
                failures += 1
                delay = BACK_OFF.delay(failures, asked=None, randomness=self.randomness)
                await asyncio.sleep(delay)
            finally:
                self.flow.release(size)

    async def _pull(self, size: int) -> None:
        started = self.monotonic()
        pull = asyncio.ensure_future(self.subscriber.pull(self.queue.name, max_messages=size))
        try:
            self.accept(await asyncio.shield(pull), started)
        except asyncio.CancelledError:
            # Messages of a pull that just finished must not wait for their lease to lapse.
            pull.cancel()
            (received,) = await asyncio.gather(pull, return_exceptions=True)
            if isinstance(received, list):
                self.accept(received, started)
            raise

    async def _note_failure(self, error: Exception) -> None:
        if not self._is_unavailable:
            self._is_unavailable = True
            trace = None if isinstance(error, ParleyError) else error
            self.log.error("queue.unavailable", trace=trace, error=error_text(error))
        if isinstance(error, QueueMissing) and self.repair is not None:
            try:
                await self.repair(self.queue)
            except ParleyError as failed:
                self.log.debug("queue.notProvisioned", error=error_text(failed))
            else:
                self.log.info("queue.provisioned")

    def _note_success(self) -> None:
        if self._is_unavailable:
            self._is_unavailable = False
            self.log.info("queue.available")
