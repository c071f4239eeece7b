"""RETRY that a server writes, past the rules, while an attempt is still in flight."""

from __future__ import annotations

import pytest

from parley.domain.delivery.job_answers import Accepted
from parley.testing.in_memory_jobs import Fate, InMemoryJobProvider
from tests.unit.parley.services.delivery.deliveries import JOB, Deliveries


async def in_flight(fate: Fate, *, repeats: bool) -> Deliveries:
    """A job whose worker died in its call, and over which RETRY was written."""
    world = Deliveries(InMemoryJobProvider(fate), repeats=repeats)
    await world.write()
    await world.deliver()
    assert world.delivery().state == "PROCESSING"
    await world.press_retry()
    return world


@pytest.mark.parametrize("repeats", [False, True], ids=["sms", "email"])
async def test_nobody_calls_again_while_the_first_call_may_still_run(repeats: bool) -> None:
    world = await in_flight("dieAfter", repeats=repeats)

    progress = await world.deliver(worker=1)

    assert len(world.provider.calls) == 1
    assert progress is not None
    assert progress.due_at == world.delivery().lease_expire_time


async def test_an_sms_that_was_taken_is_looked_up_and_not_sent_again() -> None:
    world = await in_flight("dieAfter", repeats=False)

    delivery = await world.deliver_until_settled()

    assert (delivery.state, delivery.attempts) == ("SUCCESS", 1)
    assert world.provider.sent == [(JOB, 1)]


async def test_an_sms_that_was_not_taken_is_sent_once_that_is_shown() -> None:
    world = await in_flight("dieBefore", repeats=False)

    delivery = await world.deliver_until_settled()

    assert (delivery.state, delivery.attempts) == ("SUCCESS", 2)
    assert world.provider.sent == [(JOB, 2)]


async def test_an_email_is_sent_again_once_the_lease_is_over() -> None:
    world = await in_flight("dieAfter", repeats=True)

    delivery = await world.deliver_until_settled()

    assert (delivery.state, delivery.attempts) == ("SUCCESS", 2)
    assert world.provider.sent == [(JOB, 1), (JOB, 2)]


@pytest.mark.parametrize("repeats", [False, True], ids=["sms", "email"])
async def test_the_running_attempts_answer_settles_the_job(repeats: bool) -> None:
    world = await in_flight("dieAfter", repeats=repeats)
    accepted = Accepted(world.provider.info(1, "queued"))

    await world.workers[0].settle(JOB, accepted, attempt=1)
    progress = await world.deliver(worker=1)

    assert (world.delivery().state, world.delivery().attempts) == ("SUCCESS", 1)
    assert progress is not None
    assert progress.due_at is None
    assert len(world.provider.calls) == 1
