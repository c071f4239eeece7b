"""Jobs, workers and a provider to deliver them by."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

from parley.services.delivery.deliver_jobs import DeliverJobs, Progress
from parley.store import Set, Update
from parley.testing.clock import FixedClock
from parley.testing.in_memory_jobs import InMemoryJobProvider, WorkerDied
from parley.testing.in_memory_store import InMemoryStore
from schema import paths
from schema.delivery import Delivery
from schema.patches import PathPatch
from schema.sms import SmsJob

JOB = paths.non_chat_sms("job1")


class Deliveries:
    """A store with jobs, a provider, and two workers that may race."""

    def __init__(
        self, provider: InMemoryJobProvider, *, repeats: bool = False, can_look_up: bool = True
    ) -> None:
        self.clock = FixedClock()
        self.store = InMemoryStore(self.clock)
        self.provider = provider
        channel = provider.channel(repeats_after_lost_answer=repeats, can_look_up=can_look_up)
        self.workers: list[DeliverJobs[SmsJob, SmsJob]] = [
            DeliverJobs(
                channel, store=self.store, clock=self.clock, randomness=random.Random(number)
            )
            for number in range(2)
        ]

    async def write(self, path: str = JOB, **fields: Any) -> None:
        """Write a job as staff do."""
        job = {
            "serviceId": "acme",
            "createdBy": "agent",
            "createdAt": self.clock.now(),
            "to": {"phone": "+12025550123"},
            "body": "Your code is 1234",
            "purpose": "transactional",
        }
        await self.store.commit([Set(path, job | fields)])

    async def press_retry(self, path: str = JOB) -> None:
        """Do what staff may do to a job that failed."""
        pressed: PathPatch = {("delivery", "state"): "RETRY"}
        await self.store.commit([Update(path, pressed)])

    async def deliver(self, path: str = JOB, worker: int = 0) -> Progress | None:
        """Deliver once; None if the worker died."""
        try:
            return await self.workers[worker].deliver(path)
        except WorkerDied:
            return None

    async def deliver_side_by_side(self, path: str = JOB) -> None:
        await asyncio.gather(self.deliver(path, 0), self.deliver(path, 1))

    async def deliver_until_settled(self, path: str = JOB) -> Delivery:
        """Deliver whenever the job is due, as a queue does, for three days at most."""
        end = self.clock.now() + timedelta(days=3)
        while self.clock.now() < end:
            progress = await self.deliver(path)
            if progress is not None and progress.due_at is None:
                break
            due = (progress.due_at if progress else None) or self.clock.now()
            self.clock.advance(max(1.0, (due - self.clock.now()).total_seconds()))
        return self.delivery(path)

    def delivery(self, path: str = JOB) -> Delivery:
        fields = self.store.document(path)
        assert fields is not None
        return Delivery.parse(fields["delivery"])
