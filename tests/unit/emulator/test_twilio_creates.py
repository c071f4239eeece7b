"""Creates and fetches at the stand-in for Twilio, by the official client as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from emulator.twilio.account import Account
from tests.twilio_client import official_client
from tests.unit.emulator.twilio_site import FROM, SERVICE, TO, Twilio, serving


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    async with serving() as running:
        yield running


async def test_a_created_message_has_twilios_types(twilio: Twilio) -> None:
    message = await twilio.create()

    assert message.sid.startswith("SM")
    assert (message.status, message.direction) == ("queued", "outbound-api")
    assert (message.num_segments, message.num_media, message.price) == ("1", "0", None)
    assert message.error_code is None
    assert message.date_sent is None
    assert abs(message.date_created - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_log_holds_the_form_as_sent(twilio: Twilio) -> None:
    message = await twilio.create(body="a=b & ü", status_callback=None)

    (entry,) = await twilio.log()
    assert entry["request"] == {"To": TO, "From": FROM, "Body": "a=b & ü"}
    assert (entry["status"], entry["response"]["sid"]) == (201, message.sid)


async def test_a_message_of_a_service_is_accepted_without_sender_or_segments(
    twilio: Twilio,
) -> None:
    message = await twilio.create(from_=None, messaging_service_sid=SERVICE)

    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    assert message.messaging_service_sid == SERVICE

    sent = await twilio.settled(message.sid)
    assert (sent.status, sent.num_segments) == ("delivered", "1")
    assert sent.from_.startswith("+1202555")


async def test_a_delivered_message_has_a_price_and_the_time_it_was_sent(twilio: Twilio) -> None:
    message = await twilio.create(body="a" * 161)

    sent = await twilio.settled(message.sid)
    assert (sent.num_segments, sent.price, sent.price_unit) == ("2", "-0.01580", "USD")
    assert sent.date_sent >= message.date_created


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": ""}, 21604),
        ({"from_": None}, 21603),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"to": "+1"}, 21211),
        ({"to": "nobody"}, 21211),
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "+15005550008"}, 21611),
        ({"from_": "a name that is too long"}, 21212),
        ({"from_": TO}, 21266),
        ({"from_": None, "messaging_service_sid": "MGx"}, 21701),
        ({"validity_period": 0}, 20001),
        ({"validity_period": 36_001}, 20001),
        ({"status_callback": "nowhere"}, 21609),
        ({"status_callback": "https://under_score.example.com/"}, 21609),
        ({"schedule_type": "fixed", "send_at": datetime.now(UTC)}, 35118),
    ],
)
async def test_a_wrong_create_is_refused_with_twilios_code(
    twilio: Twilio, fields: dict[str, Any], code: int
) -> None:
    refusal = await twilio.refusal(**fields)

    assert (refusal.status, refusal.code) == (400, code)
    (entry,) = await twilio.log()
    assert set(entry["response"]) == {"code", "message", "more_info", "status"}


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "a" * 1600},
        {"validity_period": 1},
        {"validity_period": 36_000},
        {"from_": "Acme Ltd"},
        {"from_": "12345"},
        {"to": "+4915112345678"},
        {"status_callback": "http://127.0.0.1:9/"},
    ],
)
async def test_a_create_at_the_limits_is_accepted(twilio: Twilio, fields: dict[str, Any]) -> None:
    assert (await twilio.create(**fields)).status == "queued"


@pytest.mark.parametrize(("ahead", "is_accepted"), [(300, False), (302, True), (3_024_060, False)])
async def test_a_service_schedules_from_five_minutes_to_35_days_ahead(
    twilio: Twilio, ahead: int, is_accepted: bool
) -> None:
    fields = {
        "from_": None,
        "messaging_service_sid": SERVICE,
        "schedule_type": "fixed",
        "send_at": datetime.now(UTC) + timedelta(seconds=ahead),
    }
    if not is_accepted:
        assert (await twilio.refusal(**fields)).code == 35115
        return
    message = await twilio.create(**fields)
    assert message.status == "scheduled"
    canceled = await twilio.call(
        lambda client: client.messages(message.sid).update(status="canceled")
    )
    assert canceled.status == "canceled"


async def test_wrong_credentials_get_401_and_reach_nothing(twilio: Twilio) -> None:
    stranger = official_client(twilio.url, Account(token="wrong"))

    with pytest.raises(TwilioRestException) as raised:
        await asyncio.to_thread(lambda: stranger.messages.create(to=TO, from_=FROM, body="hi"))

    assert (raised.value.status, raised.value.code) == (401, 20003)
    assert await twilio.log() == []


async def test_another_account_and_an_unknown_message_are_not_found(twilio: Twilio) -> None:
    for work in (
        lambda client: client.api.accounts("AC" + "1" * 32).messages.create(to=TO, from_=FROM),
        lambda client: client.messages("SM" + "1" * 32).fetch(),
    ):
        with pytest.raises(TwilioRestException) as raised:
            await twilio.call(work)
        assert (raised.value.status, raised.value.code) == (404, 20404)


async def test_unknown_routes_and_methods_answer_in_twilios_form(twilio: Twilio) -> None:
    auth = {"Authorization": Account().authorization}
    async with aiohttp.ClientSession(headers=auth) as http:
        async with http.get(f"{twilio.url}/2010-04-01/Nothing.json") as answer:
            assert (answer.status, (await answer.json())["code"]) == (404, 20404)
        path = f"/2010-04-01/Accounts/{Account().sid}/Messages.json"
        async with http.put(f"{twilio.url}{path}") as answer:
            assert (answer.status, (await answer.json())["code"]) == (405, 20004)


async def test_the_account_can_be_fetched(twilio: Twilio) -> None:
    account = await twilio.call(lambda client: client.api.accounts(Account().sid).fetch())

    assert (account.sid, account.status) == (Account().sid, "active")
