"""A look-up is told by when the call was over, since absence proves nothing before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parley.domain.delivery.job_answers import Answer
from parley.domain.ports import JobAttempt
from parley.testing.in_memory_jobs import Fate, InMemoryJobProvider
from tests.unit.parley.services.delivery.deliveries import Deliveries


class KnowsNothing(InMemoryJobProvider):
    """A provider that finds nothing out, and keeps what it was asked."""

    def __init__(self, *fates: Fate) -> None:
        super().__init__(*fates)
        self.asked: list[JobAttempt] = []

    async def look_up(self, request: Any, attempt: JobAttempt) -> Answer | None:
        self.asked.append(attempt)
        return None


async def lose(*fates: Fate) -> tuple[Deliveries, KnowsNothing]:
    """Deliver a job until its answer is lost, and look it up."""
    provider = KnowsNothing(*fates)
    world = Deliveries(provider)
    await world.write()
    while not provider.asked:
        progress = await world.deliver()
        if progress is not None and progress.due_at is not None and not provider.asked:
            wait = (progress.due_at - world.clock.now()).total_seconds()
            world.clock.advance(max(0.0, wait))
        elif progress is None:
            world.clock.advance(30.0)
    return world, provider


async def test_the_first_attempt_was_over_when_its_answer_was_lost() -> None:
    world, provider = await lose("loseAnswer")

    (asked,) = provider.asked
    began = world.delivery().start_time
    assert (asked.started_at, asked.lost_by) == (began, began)


async def test_a_later_attempt_was_over_long_after_the_job_began() -> None:
    _, provider = await lose("busy", "busy", "busy", "loseAnswer")

    (asked,) = provider.asked
    assert asked.attempt == 4
    assert asked.lost_by is not None
    assert asked.lost_by - asked.started_at > timedelta(seconds=2)


async def test_the_call_of_a_dead_worker_was_over_when_its_lease_lapsed() -> None:
    _, provider = await lose("dieAfter")

    (asked,) = provider.asked
    assert asked.lost_by is not None
    assert asked.lost_by - asked.started_at >= timedelta(seconds=20)


async def test_a_given_up_job_keeps_a_time_by_which_its_call_was_over() -> None:
    world, provider = await lose("loseAnswer")
    began = world.delivery().start_time
    await world.deliver_until_settled()
    assert world.delivery().state == "ERROR"

    provider.asked.clear()
    await world.press_retry()
    await world.deliver()

    (asked,) = provider.asked
    assert asked.lost_by is not None
    assert began <= asked.lost_by <= world.clock.now()
