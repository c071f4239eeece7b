"""Faults, redaction and deletion at the stand-in for Twilio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.unit.emulator.twilio_site import Twilio, serving


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    async with serving() as running:
        yield running


async def test_a_finished_message_can_be_redacted_and_deleted(twilio: Twilio) -> None:
    message = await twilio.create()
    with pytest.raises(TwilioRestException, match="cannot be deleted yet"):
        await twilio.call(lambda client: client.messages(message.sid).delete())
    await twilio.settled(message.sid)

    redacted = await twilio.call(lambda client: client.messages(message.sid).update(body=""))
    assert redacted.body == ""
    assert await twilio.call(lambda client: client.messages(message.sid).delete()) is True
    assert await twilio.call(lambda client: client.messages.list()) == []


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"status": 429, "retryAfter": 3}, 429, 20429),
        ({"status": 503}, 503, 20503),
        ({"status": 400, "code": 21608}, 400, 21608),
        ({"status": 401}, 401, 20003),
        ({"status": 504, "code": "HTML"}, 504, 504),
        ({"status": 500, "code": "EMPTY"}, 500, 500),
    ],
)
async def test_a_fault_refuses_the_create(
    twilio: Twilio, fault: dict[str, Any], status: int, code: int
) -> None:
    await twilio.put_faults(fault | {"match": {"to": "0123$"}})

    refusal = await twilio.refusal()

    assert (refusal.status, refusal.code) == (status, code)
    assert (await twilio.create(to="+12125550124")).status == "queued"
    assert await twilio.call(lambda client: len(client.messages.list())) == 1


@pytest.mark.parametrize(
    ("code", "status", "error_code"),
    [
        (30003, "undelivered", 30003),
        ("30005", "undelivered", 30005),
        (30001, "failed", 30001),
        (21610, "failed", 21610),
        ("sent", "sent", None),
        ("read", "read", None),
        ("failed", "failed", 30008),
    ],
)
async def test_a_fault_without_status_decides_how_a_message_ends(
    twilio: Twilio, code: str | int, status: str, error_code: int | None
) -> None:
    await twilio.put_faults({"code": code})
    message = await twilio.create()
    assert message.status == "queued"

    ended = await twilio.settled(message.sid, until=status)

    assert (ended.status, ended.error_code) == (status, error_code)
    assert (ended.error_message is None) == (error_code is None)


async def test_a_dropped_answer_leaves_an_accepted_message(twilio: Twilio) -> None:
    await twilio.put_faults({"dropAnswer": True, "status": 500})

    with pytest.raises(Exception, match=r"Remote end closed|aborted|reset"):
        await twilio.create()

    (entry,) = await twilio.log()
    assert entry["status"] == 201
    (message,) = await twilio.call(lambda client: client.messages.list())
    assert message.sid == entry["response"]["sid"]
