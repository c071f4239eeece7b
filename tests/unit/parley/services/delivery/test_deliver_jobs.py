"""The delivery engine with a provider in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.domain.delivery.job_answers import Accepted, Refused
from parley.errors import StoreUnavailable
from parley.store import Delete
from parley.testing.faults import StoreCall, failing, lost_answer
from parley.testing.in_memory_jobs import Fate, InMemoryJobProvider
from schema.sms import SmsDelivery
from tests.unit.parley.services.delivery.deliveries import JOB, Deliveries

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


async def test_an_accepted_job_succeeds_with_the_providers_answer() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write()
    before = world.store.counts
    progress = await world.deliver()
    assert progress is not None
    assert progress.due_at is None
    delivery = world.delivery()
    assert (delivery.state, delivery.attempts, delivery.error) == ("SUCCESS", 1, None)
    assert delivery.info == world.provider.info(1, "queued")
    assert SmsDelivery.parse(delivery.fields()).info is not None
    assert world.provider.sent == [(JOB, 1)]
    assert world.store.counts.reads - before.reads == 2
    assert world.store.counts.writes - before.writes == 2


async def test_a_settled_job_is_left_alone() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write()
    await world.deliver()
    settled = world.delivery()
    await world.deliver(worker=1)
    assert world.delivery() == settled
    assert len(world.provider.calls) == 1


async def test_a_deleted_job_is_not_due() -> None:
    world = Deliveries(InMemoryJobProvider())
    progress = await world.deliver()
    assert progress is not None
    assert (progress.delivery, progress.due_at) == (None, None)


async def test_a_malformed_job_is_answered_with_the_field_and_is_not_sent() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write(to={"phone": "555"})
    await world.deliver()
    delivery = world.delivery()
    assert (delivery.state, delivery.attempts) == ("ERROR", 0)
    error = delivery.error or ""
    assert error.startswith("invalidJob: to.phone must be a phone number in E.164")
    assert "'555'" in error
    assert "Write a new job" in error
    assert world.provider.calls == []


async def test_a_job_with_an_unreadable_delivery_is_never_sent() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write(delivery={"state": "odd"})
    await world.deliver()
    assert (world.delivery().error or "").startswith("invalidJob: delivery ")
    assert world.provider.calls == []


async def test_an_expired_job_is_not_sent() -> None:
    world = Deliveries(InMemoryJobProvider("busy"))
    await world.write(expireAt=world.clock.now() + timedelta(seconds=1))
    await world.deliver()
    delivery = await world.deliver_until_settled()
    assert delivery.state == "ERROR"
    assert (delivery.error or "").startswith("expired: expireAt was ")
    assert (delivery.attempts, world.provider.sent) == (1, [])


async def test_a_refused_job_ends_with_the_providers_code_and_runs_again_on_retry() -> None:
    world = Deliveries(InMemoryJobProvider("refuse"))
    await world.write()
    await world.deliver()
    assert world.delivery().error == "providerError:21614: not a mobile number"
    await world.press_retry()
    await world.deliver()
    assert (world.delivery().state, world.delivery().attempts) == ("SUCCESS", 2)


async def test_temporary_refusals_are_counted_while_processing_and_then_sent() -> None:
    world = Deliveries(InMemoryJobProvider("busy", "busy", "busy"))
    await world.write()
    first = await world.deliver()
    assert first is not None
    assert first.due_at is not None
    assert (world.delivery().state, world.delivery().attempts) == ("PROCESSING", 1)
    delivery = await world.deliver_until_settled()
    assert (delivery.state, delivery.attempts) == ("SUCCESS", 4)
    assert [attempt for _, attempt in world.provider.sent] == [4]


async def test_a_job_is_not_retried_before_the_providers_wait() -> None:
    world = Deliveries(InMemoryJobProvider("busy", retry_after=90.0))
    await world.write()
    await world.deliver()
    world.clock.advance(89)
    await world.deliver()
    assert len(world.provider.calls) == 1
    world.clock.advance(1)
    await world.deliver()
    assert len(world.provider.calls) == 2


async def test_an_outage_of_the_provider_ends_the_job_after_an_hour() -> None:
    fates: list[Fate] = ["busy"] * 1_000
    world = Deliveries(InMemoryJobProvider(*fates))
    await world.write()
    began = world.clock.now()
    delivery = await world.deliver_until_settled()
    assert (delivery.state, delivery.error) == ("ERROR", "providerError:429: too many requests")
    assert delivery.end_time is not None
    assert HOUR <= delivery.end_time - began <= HOUR + timedelta(seconds=2)
    assert delivery.attempts == len(world.provider.calls) < 60


async def test_a_lost_answer_is_looked_up_and_the_sms_is_not_sent_again() -> None:
    world = Deliveries(InMemoryJobProvider("loseAnswer"))
    await world.write()
    await world.deliver()
    assert (world.delivery().state, world.delivery().info) == ("PROCESSING", {"status": "unknown"})
    assert SmsDelivery.parse(world.delivery().fields()).info is not None
    delivery = await world.deliver_until_settled()
    assert (delivery.state, delivery.attempts) == ("SUCCESS", 1)
    assert world.provider.sent == [(JOB, 1)]


async def test_an_sms_that_was_provably_not_accepted_is_sent_again() -> None:
    world = Deliveries(InMemoryJobProvider("loseCall"))
    await world.write()
    delivery = await world.deliver_until_settled()
    assert (delivery.state, delivery.attempts) == ("SUCCESS", 2)
    assert world.provider.sent == [(JOB, 2)]


@pytest.mark.parametrize("fate", ["loseAnswer", "loseCall", "dieBefore", "dieAfter"])
async def test_an_unresolved_sms_ends_as_unknown_after_a_day(
    fate: Fate,
) -> None:
    world = Deliveries(InMemoryJobProvider(fate), can_look_up=False)
    await world.write()
    began = world.clock.now()
    delivery = await world.deliver_until_settled()
    assert delivery.state == "ERROR"
    assert (delivery.error or "").startswith("unknown: ")
    assert delivery.end_time is not None
    assert DAY <= delivery.end_time - began <= DAY + timedelta(minutes=1)
    assert len(world.provider.calls) == 1


async def test_retrying_an_sms_that_may_have_been_sent_does_not_send_it_twice() -> None:
    world = Deliveries(InMemoryJobProvider("loseAnswer"), can_look_up=False)
    await world.write()
    await world.deliver_until_settled()
    await world.press_retry()
    assert (await world.deliver_until_settled()).state == "ERROR"
    assert world.provider.sent == [(JOB, 1)]


async def test_retrying_an_unknown_sms_sends_it_if_it_was_provably_not_accepted() -> None:
    world = Deliveries(InMemoryJobProvider("loseCall"))
    world.provider.knows_sent = False
    await world.write()
    await world.deliver_until_settled()
    await world.press_retry()
    world.provider.knows_sent = True
    delivery = await world.deliver_until_settled()
    assert (delivery.state, delivery.attempts) == ("SUCCESS", 2)


async def test_a_late_callback_settles_a_job_that_was_given_up_as_unknown() -> None:
    world = Deliveries(InMemoryJobProvider("loseAnswer"), can_look_up=False)
    await world.write()
    await world.deliver_until_settled()
    delivered = Accepted(world.provider.info(1, "delivered"))
    await world.workers[1].settle(JOB, delivered, attempt=1)
    assert (world.delivery().state, world.delivery().error) == ("SUCCESS", None)


@pytest.mark.parametrize("fate", ["loseAnswer", "loseCall", "dieBefore", "dieAfter"])
async def test_an_email_whose_answer_was_lost_is_sent_again(fate: Fate) -> None:
    world = Deliveries(InMemoryJobProvider(fate), repeats=True)
    await world.write()
    delivery = await world.deliver_until_settled()
    assert (delivery.state, delivery.attempts) == ("SUCCESS", 2)
    assert world.provider.sent[-1] == (JOB, 2)


async def test_callbacks_move_a_job_forward_only() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write()
    await world.deliver()
    settle = world.workers[1].settle
    await settle(JOB, Accepted({"status": "delivered"}), attempt=1)
    await settle(JOB, Accepted({"status": "sent"}), attempt=1)
    await settle(JOB, Refused("30003", "off", {"status": "undelivered"}), attempt=1)
    delivery = world.delivery()
    assert delivery.state == "SUCCESS"
    assert delivery.info == world.provider.info(1, "delivered")


async def test_a_callback_about_an_earlier_attempt_changes_nothing() -> None:
    world = Deliveries(InMemoryJobProvider("busy"))
    await world.write()
    await world.deliver_until_settled()
    settled = world.delivery()
    await world.workers[0].settle(JOB, Refused("1", "x", {"status": "undelivered"}), attempt=1)
    assert world.delivery() == settled


async def test_a_claim_with_a_lost_answer_is_recognized_and_sent_once() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write()
    world.store.faults = [lost_answer(times=2)]
    await world.deliver_side_by_side()
    assert world.delivery().state == "SUCCESS"
    assert world.provider.sent == [(JOB, 1)]


async def test_an_answer_is_recorded_through_a_short_outage_of_the_store() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write()

    def is_record(call: StoreCall) -> bool:
        return bool(world.provider.calls)

    world.store.faults = [failing(StoreUnavailable("away"), times=4, where=is_record)]
    await world.deliver()
    assert world.delivery().state == "SUCCESS"


async def test_a_worker_delayed_past_its_lease_does_not_call() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write()

    def hold_up(call: StoreCall) -> None:
        if call.operation == "commit" and call.moment == "after":
            world.store.faults.clear()
            world.clock.advance(60)

    world.store.faults = [hold_up]
    await world.deliver()
    assert world.provider.calls == []
    assert world.delivery().state == "PROCESSING"
    assert (await world.deliver_until_settled()).state == "SUCCESS"


async def test_a_look_up_ignores_jobs_with_a_known_answer() -> None:
    world = Deliveries(InMemoryJobProvider("busy"))
    await world.write()
    await world.deliver()
    await world.workers[0].look_up(JOB)
    assert world.provider.look_ups == 0


async def test_a_callback_about_a_deleted_or_new_job_changes_nothing() -> None:
    world = Deliveries(InMemoryJobProvider())
    await world.write()
    progress = await world.workers[0].settle(JOB, Accepted({}), attempt=1)
    assert progress.delivery is None
    await world.store.commit([Delete(JOB)])
    progress = await world.workers[0].settle(JOB, Accepted({}), attempt=1)
    assert progress.delivery is None
