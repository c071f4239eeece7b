"""The stand-in for Twilio, driven by the official client as it comes."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from emulator.twilio.account import Account
from emulator.twilio.server import TwilioStandIn
from tests.twilio_client import official_client

TO, FROM = "+12125550123", "+12025550100"
SERVICE = "MG" + "a" * 32


class Twilio:
    """A running stand-in, with the official client and the control side."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.client = official_client(url)
        self._http = http

    async def call(self, work: Callable[[Client], Any]) -> Any:
        return await asyncio.to_thread(work, self.client)

    async def create(self, **fields: Any) -> Any:
        given = {"to": TO, "from_": FROM, "body": "hi"} | fields
        return await self.call(lambda client: client.messages.create(**given))

    async def refusal(self, **fields: Any) -> TwilioRestException:
        with pytest.raises(TwilioRestException) as raised:
            await self.create(**fields)
        return raised.value

    async def put_faults(self, *faults: dict[str, Any]) -> None:
        async with self._http.put(f"{self.url}/_/faults", json=faults) as answer:
            assert answer.status == 200, await answer.text()

    async def get(self, path: str) -> Any:
        async with self._http.get(f"{self.url}{path}") as answer:
            return await answer.json()

    async def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.get("/_/messages")
        return found


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    async with (
        TestServer(TwilioStandIn().application()) as server,
        aiohttp.ClientSession() as http,
    ):
        yield Twilio(str(server.make_url("")).rstrip("/"), http)


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

    sent = await settled(twilio, message.sid)
    assert (sent.status, sent.num_segments) == ("delivered", "1")
    assert sent.from_.startswith("+1202555")


async def test_a_delivered_message_has_a_price_and_the_time_it_was_sent(twilio: Twilio) -> None:
    message = await twilio.create(body="a" * 161)

    sent = await settled(twilio, message.sid)
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


async def test_a_list_is_paged_newest_first_without_gaps_or_repeats(twilio: Twilio) -> None:
    sids = [(await twilio.create(body=f"message {number}")).sid for number in range(7)]

    for size in (1, 3, 7, 50):
        found = await twilio.call(functools.partial(list_all, page_size=size))
        assert [message.sid for message in found] == sids[::-1]


async def test_a_new_message_moves_nobody_to_another_page(twilio: Twilio) -> None:
    sids = [(await twilio.create()).sid for _ in range(4)]
    first = await twilio.call(lambda client: client.messages.page(page_size=2))
    shown = [message.sid for message in first]

    await twilio.create()
    second = await twilio.call(lambda client: first.next_page())

    assert shown + [message.sid for message in second] == sids[::-1]
    back = await twilio.call(lambda client: second.previous_page())
    assert [message.sid for message in back] == shown


async def test_a_page_above_1000_is_refused(twilio: Twilio) -> None:
    assert await twilio.call(lambda client: client.messages.list(limit=1000)) == []
    with pytest.raises(Exception, match="20007"):
        await twilio.call(lambda client: client.messages.list(limit=1001))


async def test_a_list_is_filtered_by_recipient_and_sender(twilio: Twilio) -> None:
    ours = await twilio.create()
    await twilio.create(to="+12125550124")
    await twilio.create(from_="+12025550101")

    found = await twilio.call(lambda client: client.messages.list(to=TO, from_=FROM))

    assert [message.sid for message in found] == [ours.sid]


async def test_a_list_is_filtered_by_the_day_in_utc(twilio: Twilio) -> None:
    message = await twilio.create()
    await settled(twilio, message.sid)
    today = datetime.now(UTC).date()
    before, after = today - timedelta(days=1), today + timedelta(days=1)

    async def found(**filters: date | datetime) -> int:
        return len(await twilio.call(lambda client: client.messages.list(**filters)))

    assert await found(date_sent=today) == 1
    assert await found(date_sent=before) == 0
    assert await found(date_sent_after=today) == 1
    assert await found(date_sent_after=after) == 0
    assert await found(date_sent_before=today) == 1
    assert await found(date_sent_before=before) == 0
    assert await found(date_sent_after=before, date_sent_before=after) == 1


async def test_a_message_that_waits_has_no_day(twilio: Twilio) -> None:
    await twilio.create(
        from_=None,
        messaging_service_sid=SERVICE,
        schedule_type="fixed",
        send_at=datetime.now(UTC) + timedelta(minutes=6),
    )

    today = datetime.now(UTC).date()
    assert await twilio.call(lambda client: client.messages.list(date_sent=today)) == []
    assert len(await twilio.call(lambda client: client.messages.list())) == 1


@pytest.mark.parametrize(
    "value", ["2020-01-02", "2020-01-02T00:00:00Z", "Thu, 02 Jan 2020 00:00:00 +0000"]
)
async def test_dates_are_read_in_each_documented_form(twilio: Twilio, value: str) -> None:
    await settled(twilio, (await twilio.create()).sid)

    found = await twilio.call(lambda client: client.messages.list(date_sent_after=value))

    assert len(found) == 1


async def test_a_finished_message_can_be_redacted_and_deleted(twilio: Twilio) -> None:
    message = await twilio.create()
    with pytest.raises(TwilioRestException, match="cannot be deleted yet"):
        await twilio.call(lambda client: client.messages(message.sid).delete())
    await settled(twilio, message.sid)

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

    ended = await settled(twilio, message.sid, until=status)

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


def list_all(client: Client, **options: Any) -> list[Any]:
    found: list[Any] = client.messages.list(**options)
    return found


async def settled(twilio: Twilio, sid: str, *, until: str = "delivered") -> Any:
    """Fetch a message until it has this status."""
    async with asyncio.timeout(5):
        while True:
            message = await twilio.call(lambda client: client.messages(sid).fetch())
            if message.status == until:
                return message
