"""Publish jobs again when they are due, from the memory of one process.

What a dead process had in memory is found by the sweep of its inbox.
"""

from __future__ import annotations

import asyncio
import heapq
from contextlib import suppress
from datetime import datetime

from parley.domain.ports import Clock, Publisher
from schema.events import JobQueued, QueueName

_MOST_HELD = 50_000
"""Jobs that a process holds; more are left to the sweep."""

_Key = tuple[QueueName, str]


class DueJobs:
    """Holds each job once, until the earliest time that was asked for."""

    def __init__(self, *, publisher: Publisher, clock: Clock) -> None:
        self._publisher = publisher
        self._clock = clock
        self._heap: list[tuple[datetime, int, JobQueued]] = []
        self._due: dict[_Key, datetime] = {}
        self._count = 0
        self._changed = asyncio.Event()

    def hold(self, payload: JobQueued, at: datetime) -> None:
        """Publish a job at a time, unless it is held until an earlier one."""
        key = payload.queue, payload.job_id
        held = self._due.get(key)
        if held is not None and held <= at:
            return
        if held is None and len(self._due) >= _MOST_HELD:
            return
        self._due[key] = at
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, payload))
        if self._heap[0][1] == self._count:
            self._changed.set()

    async def publish_due(self) -> int:
        """Publish every job whose time has come; return how many."""
        now = self._clock.now()
        due: list[JobQueued] = []
        while self._heap and self._heap[0][0] <= now:
            at, _, payload = heapq.heappop(self._heap)
            if self._due.get((payload.queue, payload.job_id)) == at:
                del self._due[payload.queue, payload.job_id]
                due.append(payload)
        if due:
            try:
                await self._publisher.publish(due)
            except BaseException:
                for payload in due:
                    self.hold(payload, now)
                raise
        return len(due)

    async def run(self) -> None:
        """Publish jobs as they fall due, until cancelled."""
        while True:
            self._changed.clear()
            await self.publish_due()
            left = None
            if self._heap:
                left = max(0.0, (self._heap[0][0] - self._clock.now()).total_seconds())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
