"""An in-memory publisher that records payloads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parley.errors import QueueUnavailable
from parley.queues import encode
from schema.events import Payload, QueueName


class InMemoryPublisher:
    """Records payloads in the order of publishing; refuses those that no queue takes.

    ``fail(times)`` makes the next calls raise ``QueueUnavailable`` with nothing stored;
    ``lose_answer(times)`` stores and raises all the same, as when an answer is lost.
    """

    def __init__(self) -> None:
        self.published: list[Payload] = []
        self._failing = 0
        self._losing = 0

    def fail(self, times: int = 1) -> None:
        """Fail the next calls and store nothing."""
        self._failing += times

    def lose_answer(self, times: int = 1) -> None:
        """Fail the next calls after storing everything."""
        self._losing += times

    def on(self, queue: QueueName) -> list[Payload]:
        """Return the payloads published to one queue."""
        return [payload for payload in self.published if payload.queue == queue]

    def take(self) -> list[Payload]:
        """Return everything published since the last take, in order."""
        taken, self.published = self.published, []
        return taken

    async def publish(self, payloads: Sequence[Payload]) -> None:
        await asyncio.sleep(0)
        for payload in payloads:
            encode(payload)
        if self._failing:
            self._failing -= 1
            raise QueueUnavailable("the queue takes nothing (told to fail)")
        self.published.extend(payloads)
        if self._losing:
            self._losing -= 1
            raise QueueUnavailable("the queue's answer was lost (told to lose it)")
