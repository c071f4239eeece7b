"""The calls that the stand-in for Twilio makes, checked with the official validator."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator

from emulator.twilio.account import Account
from emulator.twilio.server import TwilioStandIn

ACCOUNT = Account()
PERSON, NUMBER = "+12125550123", "+12025550100"
SERVICE = "MG" + "b" * 32


@dataclass
class Webhook:
    """A server that Twilio calls: keeps each call with its address as it came."""

    url: str = ""
    status: int = 204
    answers_after: asyncio.Event | None = None
    calls: list[tuple[float, str, dict[str, str], str]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        signature = request.headers.get("X-Twilio-Signature", "")
        address = f"{self.url}{request.raw_path}"
        async with self.changed:
            self.calls.append((time.monotonic(), address, form, signature))
            self.changed.notify_all()
        if self.answers_after is not None:
            await self.answers_after.wait()
        return web.Response(status=self.status)

    async def wait_for(self, count: int) -> list[dict[str, str]]:
        async with asyncio.timeout(60), self.changed:
            await self.changed.wait_for(lambda: len(self.calls) >= count)
        return [form for _, _, form, _ in self.calls]


@dataclass
class Site:
    """The stand-in, a webhook that it calls, and a client without any library."""

    stand_in: TwilioStandIn
    webhook: Webhook
    post: Callable[..., Any]
    """Posts a form to the API, or JSON to the control side; returns status and body."""

    async def create(self, **fields: str) -> tuple[int, dict[str, Any]]:
        form = {"To": PERSON, "From": NUMBER, "Body": "hi"} | fields
        if "MessagingServiceSid" in fields:
            del form["From"]
        path = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Messages.json"
        found: tuple[int, dict[str, Any]] = await self.post(path, data=form)
        return found

    async def inbound(self, **fields: str) -> tuple[int, dict[str, Any]]:
        body = {"from": PERSON, "to": NUMBER, "body": ""} | fields
        found: tuple[int, dict[str, Any]] = await self.post("/_/inbound", json=body)
        return found


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    webhook = Webhook()
    receiver = web.Application()
    receiver.router.add_post("/{path:.*}", webhook.take)
    async with TestServer(receiver) as called:
        webhook.url = str(called.make_url("")).rstrip("/")
        stand_in = TwilioStandIn(ACCOUNT, public_url=webhook.url)
        async with (
            stand_in.serving() as url,
            aiohttp.ClientSession(headers={"Authorization": ACCOUNT.authorization}) as http,
        ):

            async def post(path: str, **content: Any) -> tuple[int, Any]:
                async with http.post(f"{url}{path}", **content) as answer:
                    return answer.status, await answer.json()

            yield Site(stand_in, webhook, post)


def is_signed(call: tuple[float, str, dict[str, str], str]) -> bool:
    _, url, form, signature = call
    return bool(RequestValidator(ACCOUNT.token).validate(url, form, signature))


async def test_a_message_is_reported_sent_and_then_delivered(site: Site) -> None:
    began = time.monotonic()
    _, message = await site.create(StatusCallback=f"{site.webhook.url}/status/job?attempt=1")

    forms = await site.webhook.wait_for(2)

    assert [form["MessageStatus"] for form in forms] == ["sent", "delivered"]
    assert site.webhook.calls[-1][0] - began < 2
    assert forms[0] == {
        "AccountSid": ACCOUNT.sid,
        "ApiVersion": "2010-04-01",
        "From": NUMBER,
        "MessageSid": message["sid"],
        "MessageStatus": "sent",
        "SmsSid": message["sid"],
        "SmsStatus": "sent",
        "To": PERSON,
    }
    assert len(forms[1]["RawDlrDoneDate"]) == 10


@pytest.mark.parametrize(
    "path",
    [
        "/status/job?attempt=1",
        "/status/spring:ann?attempt=12",
        "/status/a%20b%2Fc%27d%C3%A9:x?attempt=1",
        "/status/job?b=2&a=1&a=%2B",
    ],
)
async def test_a_callback_is_signed_for_the_address_as_it_was_given(site: Site, path: str) -> None:
    await site.create(StatusCallback=f"{site.webhook.url}{path}")

    await site.webhook.wait_for(2)

    assert {url for _, url, _, _ in site.webhook.calls} == {f"{site.webhook.url}{path}"}
    assert all(map(is_signed, site.webhook.calls))


async def test_the_signature_covers_the_address_the_fields_and_the_token(site: Site) -> None:
    await site.create(StatusCallback=f"{site.webhook.url}/status/job?attempt=1")
    await site.webhook.wait_for(1)
    at, url, form, signature = site.webhook.calls[0]

    assert is_signed((at, url, form, signature))
    assert not is_signed((at, url.replace("attempt=1", "attempt=2"), form, signature))
    assert not is_signed((at, url, form | {"MessageStatus": "delivered"}, signature))
    assert not RequestValidator("another token").validate(url, form, signature)


@pytest.mark.parametrize(
    ("code", "statuses", "error"),
    [
        (30003, ["sent", "undelivered"], "30003"),
        (30001, ["failed"], "30001"),
        (21610, ["failed"], "21610"),
        ("sent", ["sent"], None),
        ("read", ["sent", "delivered", "read"], None),
    ],
)
async def test_a_fault_decides_the_last_callback(
    site: Site, code: int | str, statuses: list[str], error: str | None
) -> None:
    site.stand_in.plan.replace(faults({"code": code}))
    await site.create(StatusCallback=f"{site.webhook.url}/status/job")

    forms = await site.webhook.wait_for(len(statuses))

    assert [form["MessageStatus"] for form in forms] == statuses
    assert forms[-1].get("ErrorCode") == error


async def test_a_dropped_answer_is_followed_by_callbacks(site: Site) -> None:
    site.stand_in.plan.replace(faults({"dropAnswer": True}))
    with pytest.raises(aiohttp.ClientError):
        await site.create(StatusCallback=f"{site.webhook.url}/status/job")

    assert [form["MessageStatus"] for form in await site.webhook.wait_for(2)] == [
        "sent",
        "delivered",
    ]


async def test_a_refused_message_is_not_reported(site: Site) -> None:
    await site.create(To="+15005550001", StatusCallback=f"{site.webhook.url}/status/refused")
    await site.create(StatusCallback=f"{site.webhook.url}/status/accepted")

    await site.webhook.wait_for(2)

    assert {url.rpartition("/")[2] for _, url, _, _ in site.webhook.calls} == {"accepted"}


async def test_a_webhook_that_does_not_answer_holds_up_no_message(site: Site) -> None:
    site.webhook.answers_after = asyncio.Event()
    for _ in range(60):
        status, _ = await site.create(StatusCallback=f"{site.webhook.url}/status/job")
        assert status == 201
    site.webhook.answers_after.set()

    await site.webhook.wait_for(120)


async def test_a_callback_that_reaches_nobody_is_kept_with_its_error(site: Site) -> None:
    await site.create(StatusCallback="http://127.0.0.1:9/status")
    async with asyncio.timeout(60):
        while len(site.stand_in.webhooks.calls) < 2:
            await asyncio.sleep(0)

    assert [call["status"] for call in site.stand_in.webhooks.calls] == [None, None]
    assert "ClientConnectorError" in site.stand_in.webhooks.calls[0]["error"]


async def test_an_inbound_message_calls_the_webhook_signed(site: Site) -> None:
    status, answer = await site.inbound(body="Hallo\nWelt ü", to=NUMBER)

    (form,) = await site.webhook.wait_for(1)

    assert status == 200
    assert form["MessageSid"] == answer["messageSid"]
    assert (form["From"], form["To"], form["Body"]) == (PERSON, NUMBER, "Hallo\nWelt ü")
    assert (form["SmsStatus"], form["NumMedia"], form["AccountSid"]) == (
        "received",
        "0",
        ACCOUNT.sid,
    )
    assert "OptOutType" not in form
    assert site.webhook.calls[0][1] == f"{site.webhook.url}/webhooks/twilio/inbound"
    assert is_signed(site.webhook.calls[0])


async def test_a_wrong_inbound_message_is_explained(site: Site) -> None:
    status, answer = await site.post("/_/inbound", json={"from": PERSON, "text": "hi"})

    assert status == 400
    assert {problem["loc"][0] for problem in answer["error"]} == {"to", "text"}


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop\n", "UNSUBSCRIBE", "quit", "OPTOUT"])
async def test_a_stop_is_remembered_until_a_start(site: Site, word: str) -> None:
    assert (await site.create())[0] == 201

    await site.inbound(body=word)
    status, refusal = await site.create()
    assert (status, refusal["code"]) == (400, 21610)

    await site.inbound(body="Start")
    assert (await site.create())[0] == 201


@pytest.mark.parametrize("text", ["please stop", "STOP IT", "", "HELP"])
async def test_other_texts_are_no_opt_out(site: Site, text: str) -> None:
    await site.inbound(body=text)

    assert (await site.create())[0] == 201


async def test_an_opt_out_concerns_one_sender_and_one_person(site: Site) -> None:
    await site.inbound(body="STOP")

    assert (await site.create())[0] == 400
    assert (await site.create(From="+12025550199"))[0] == 201
    assert (await site.create(To="+12125550199"))[0] == 201


async def test_twilios_own_reading_of_an_opt_out_counts(site: Site) -> None:
    await site.inbound(body="bitte nicht mehr", optOutType="STOP")

    (form,) = await site.webhook.wait_for(1)
    assert form["OptOutType"] == "STOP"
    assert (await site.create())[0] == 400


async def test_a_stop_to_a_number_of_a_service_binds_the_whole_service(site: Site) -> None:
    await site.create(MessagingServiceSid=SERVICE, StatusCallback=f"{site.webhook.url}/status")
    forms = await site.webhook.wait_for(2)
    number = forms[-1]["From"]

    await site.inbound(body="STOP", to=number)

    forms = await site.webhook.wait_for(3)
    assert forms[-1]["MessagingServiceSid"] == SERVICE
    assert (await site.create(MessagingServiceSid=SERVICE))[0] == 400


def faults(*given: dict[str, Any]) -> Any:
    from emulator.faults import FAULTS

    return FAULTS.validate_python(list(given))
