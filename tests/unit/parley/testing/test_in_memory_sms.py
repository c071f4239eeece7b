"""The twin of an SMS provider: fates, and what the world saw."""

from __future__ import annotations

import pytest

from parley.domain.delivery.job_answers import Accepted, Lost, Refused, Temporary
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import SmsNotAccepted
from parley.domain.ports import JobAttempt
from parley.testing.clock import START, FixedClock
from parley.testing.in_memory_jobs import WorkerDied
from parley.testing.in_memory_sms import InMemorySms, SmsFate

SMS = SmsRequest(to="+12125550123", body="hi", sender="+12025550100")
FIRST = JobAttempt("nonChatSMSQueue/job1", 1, START, START)


@pytest.mark.parametrize(
    ("fate", "kind", "is_sent"),
    [
        ("busy", Temporary, False),
        ("away", Temporary, False),
        ("refuse", Refused, False),
        ("loseCall", Lost, False),
        ("loseAnswer", Lost, True),
    ],
)
async def test_each_fate_has_its_answer(fate: SmsFate, kind: type, is_sent: bool) -> None:
    twin = InMemorySms(FixedClock(), fate)

    with pytest.raises(SmsNotAccepted) as raised:
        await twin.send(SMS, FIRST)

    assert isinstance(raised.value.answer, kind)
    assert [sms.path for sms in twin.sent] == [FIRST.path] * is_sent
    assert twin.calls == [(FIRST.path, 1)]


@pytest.mark.parametrize(("fate", "is_sent"), [("dieBefore", False), ("dieAfter", True)])
async def test_a_worker_dies_before_or_after_the_call(fate: SmsFate, is_sent: bool) -> None:
    twin = InMemorySms(FixedClock(), fate)

    with pytest.raises(WorkerDied):
        await twin.send(SMS, FIRST)

    assert len(twin.sent_to(SMS.to)) == is_sent


async def test_fates_are_met_in_turn_and_then_everything_is_accepted() -> None:
    twin = InMemorySms(FixedClock(), "busy")

    with pytest.raises(SmsNotAccepted):
        await twin.send(SMS, FIRST)

    assert (await twin.send(SMS, FIRST))["status"] == "queued"


async def test_a_look_up_tells_what_the_carrier_reported() -> None:
    twin = InMemorySms(FixedClock())
    await twin.send(SMS, FIRST)

    delivered = twin.become(twin.sent[0], "delivered")
    found = await twin.look_up(SMS, FIRST)
    assert isinstance(found, Accepted)
    assert found.info["status"] == "delivered"

    twin.become(delivered, "undelivered", "30003")
    failed = await twin.look_up(SMS, FIRST)
    assert isinstance(failed, Refused)
    assert failed.code == "30003"
