"""What the sender asks of Twilio, seen by a server that records it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from emulator.twilio.account import Account
from parley.adapters.twilio.account import connect_twilio
from parley.adapters.twilio.sms_sender import status_callback
from parley.domain.delivery.job_answers import Lost, Refused
from parley.domain.ports import JobAttempt
from parley.testing.clock import START, FixedClock
from schema import paths
from tests.unit.parley.adapters.twilio.twilio_recorder import (
    PUBLIC,
    SID,
    Recorder,
    Site,
    accepted,
    serving,
    settings,
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as found:
        yield found


async def test_a_create_names_recipient_text_sender_and_callback(site: Site) -> None:
    await site.send(body="a & b=ü\n😀")

    assert site.recorder.forms == [
        {
            "To": "+12125550123",
            "Body": "a & b=ü\n😀",
            "From": "+12025550100",
            "StatusCallback": f"{PUBLIC}/webhooks/twilio/status/job1?attempt=3",
        }
    ]
    assert site.recorder.headers[0]["Authorization"] == Account().authorization


async def test_a_messaging_service_stands_in_place_of_the_sender(site: Site) -> None:
    service = "MG" + "d" * 32

    await site.send(messaging_service_sid=service)

    assert site.recorder.forms[0]["MessagingServiceSid"] == service
    assert "From" not in site.recorder.forms[0]


@pytest.mark.parametrize(
    ("ahead", "validity"),
    [
        (timedelta(seconds=0.5), "1"),
        (timedelta(seconds=90.9), "90"),
        (timedelta(seconds=35_999), "35999"),
        (timedelta(hours=10), None),
        (timedelta(days=30), None),
        (None, None),
    ],
)
async def test_an_expiry_within_ten_hours_is_told_to_twilio(
    site: Site, ahead: timedelta | None, validity: str | None
) -> None:
    await site.send(expire_at=None if ahead is None else START + ahead)

    assert site.recorder.forms[0].get("ValidityPeriod") == validity


async def test_without_a_public_address_no_callback_is_asked_for() -> None:
    async with serving(PARLEY_PUBLIC_URL="") as site:
        await site.send()

        assert "StatusCallback" not in site.recorder.forms[0]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (paths.non_chat_sms("a_b-C9"), "a_b-C9?attempt=3"),
        (paths.campaign_sms("spring", "ann"), "spring:ann?attempt=3"),
        (paths.campaign_sms("spring", "a b?'#é%"), "spring:a%20b%3F%27%23%C3%A9%25?attempt=3"),
    ],
)
def test_the_callback_names_the_job_percent_encoded(path: str, address: str) -> None:
    callback = status_callback(PUBLIC, JobAttempt(path, 3, START))

    assert callback == f"{PUBLIC}/webhooks/twilio/status/{address}"


@pytest.mark.parametrize(
    ("answered", "body", "told"),
    [
        ({"num_segments": "0", "body": "я" * 71}, "я" * 71, (2, "UCS-2")),
        ({"num_segments": None, "body": None}, "a" * 161, (2, "GSM-7")),
        ({"num_segments": "0", "body": '"hi"'}, "“hi”", (1, "GSM-7")),
        ({"num_segments": "4", "body": "hi"}, "hi", (4, "GSM-7")),
    ],
)
async def test_the_info_counts_the_text_that_twilio_will_send(
    site: Site, answered: dict[str, Any], body: str, told: tuple[int, str]
) -> None:
    site.recorder.answer = lambda: web.json_response(accepted(**answered), status=201)

    info = await site.send(body=body)

    assert (info["segments"], info["encoding"]) == told
    assert (info["messageSid"], info["status"]) == (SID, "queued")
    assert "price" not in info


async def test_a_message_that_failed_at_once_is_refused_with_its_code(site: Site) -> None:
    failed = accepted(status="failed", error_code=30034, error_message="Unregistered")
    site.recorder.answer = lambda: web.json_response(failed, status=201)

    answer = await site.refusal()

    assert isinstance(answer, Refused)
    assert (answer.code, answer.message) == ("30034", "Unregistered")
    assert answer.info is not None
    assert answer.info["messageSid"] == SID


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(text="<html>Sign in</html>", content_type="text/html"),
        lambda: web.json_response({}),
        lambda: web.json_response([]),
        lambda: web.json_response("hello"),
        lambda: web.Response(status=201),
        lambda: web.Response(status=504, text="<html>"),
    ],
)
async def test_a_success_that_is_not_twilios_leaves_the_outcome_open(
    site: Site, answer: Callable[[], web.StreamResponse]
) -> None:
    site.recorder.answer = answer

    assert isinstance(await site.refusal(), Lost)


async def test_retry_after_is_obeyed_also_as_a_date(site: Site) -> None:
    headers = {
        "Retry-After": "Mon, 05 Jan 2026 09:00:30 GMT",
        "Date": "Mon, 05 Jan 2026 09:00:00 GMT",
    }
    site.recorder.answer = lambda: web.json_response({"code": 20429}, status=429, headers=headers)

    assert (await site.refusal()).retry_after == 30.0


@pytest.mark.parametrize(
    ("unset", "named"),
    [
        (["TWILIO_ACCOUNT_SID"], "TWILIO_ACCOUNT_SID is not set"),
        (["TWILIO_AUTH_TOKEN"], "TWILIO_AUTH_TOKEN is not set"),
        (
            ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
            "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
        ),
    ],
)
async def test_without_an_account_each_job_names_the_missing_variable(
    unset: list[str], named: str
) -> None:
    found = settings("http://127.0.0.1:9", **dict.fromkeys(unset, ""))
    async with connect_twilio(found, clock=FixedClock()) as provider:
        answer = await Site(Recorder(), provider).refusal()

    assert isinstance(answer, Refused)
    assert answer.code == "notConfigured"
    assert named in answer.message
    assert provider.look_up is None
