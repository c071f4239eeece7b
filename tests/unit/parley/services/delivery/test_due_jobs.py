"""Jobs that are due come back from the memory of their process, once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from parley.errors import QueueUnavailable
from parley.services.delivery.due_jobs import DueJobs
from parley.testing.clock import FixedClock
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.virtual_time import LoopClock, run_in_virtual_time
from schema.events import EmailQueued, JobQueued, SmsQueued


class Held:
    """Due jobs on a clock that a test moves."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.publisher = InMemoryPublisher()
        self.due = DueJobs(publisher=self.publisher, clock=self.clock)

    def hold(self, job_id: str, seconds: float) -> None:
        at = self.clock.now() + timedelta(seconds=seconds)
        self.due.hold(SmsQueued(job_id=job_id), at)

    async def after(self, seconds: float) -> list[str]:
        """The jobs that are published after so many seconds more."""
        self.clock.advance(seconds)
        await self.due.publish_due()
        taken = self.publisher.take()
        assert all(isinstance(one, SmsQueued) for one in taken)
        return [one.job_id for one in taken if isinstance(one, SmsQueued)]


@pytest.fixture
def held() -> Held:
    return Held()


async def test_jobs_come_in_the_order_of_their_times(held: Held) -> None:
    for job_id, seconds in (("b", 2), ("c", 3), ("a", 1)):
        held.hold(job_id, seconds)
    assert await held.after(0.5) == []
    assert await held.after(2) == ["a", "b"]
    assert await held.after(10) == ["c"]
    assert await held.after(100) == []


async def test_a_job_is_held_once_until_the_earliest_time(held: Held) -> None:
    held.hold("a", 5)
    held.hold("a", 9)
    held.hold("a", 2)
    assert await held.after(2) == ["a"]
    assert await held.after(100) == []
    held.hold("a", 1)
    assert await held.after(1) == ["a"], "and again later"


async def test_jobs_of_two_queues_may_share_an_id(held: Held) -> None:
    now = held.clock.now()
    held.due.hold(SmsQueued(job_id="a"), now)
    held.due.hold(EmailQueued(job_id="a"), now)
    assert await held.due.publish_due() == 2


async def test_what_a_queue_did_not_take_stays_held(held: Held) -> None:
    held.hold("a", 1)
    held.publisher.fail()
    with pytest.raises(QueueUnavailable):
        await held.after(1)
    assert await held.after(0) == ["a"]


def test_a_process_publishes_at_the_very_time() -> None:
    published: list[tuple[datetime, str]] = []

    async def main() -> datetime:
        clock = LoopClock()
        start = clock.now()

        class Publisher:
            async def publish(self, payloads: list[JobQueued]) -> None:
                published.extend((clock.now(), one.job_id) for one in payloads)

        due = DueJobs(publisher=Publisher(), clock=clock)  # type: ignore[arg-type]  # jobs alone
        running = asyncio.create_task(due.run())
        await asyncio.sleep(1)
        due.hold(SmsQueued(job_id="late"), start + timedelta(seconds=500))
        due.hold(SmsQueued(job_id="soon"), start + timedelta(seconds=3))
        await asyncio.sleep(1_000)
        running.cancel()
        return start

    start = run_in_virtual_time(main())
    assert published == [
        (start + timedelta(seconds=3), "soon"),
        (start + timedelta(seconds=500), "late"),
    ]
