"""What the sender asks of Twilio, seen by a server that records it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from emulator.ports import free_port
from emulator.twilio.account import MADE_UP_SID, MADE_UP_TOKEN, Account
from parley.adapters.twilio.account import connect_twilio
from parley.adapters.twilio.sms_sender import status_callback
from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import SmsNotAccepted, SmsProvider
from parley.domain.ports import JobAttempt
from parley.settings import Settings
from parley.testing.clock import START, FixedClock
from schema import paths

PUBLIC = "https://acme.example.com"
SID = "SM" + "1" * 32
JOB = JobAttempt(paths.non_chat_sms("job1"), 3, START)


@dataclass
class Recorder:
    """Answers each create as told, and keeps what was asked."""

    answer: Callable[[], web.StreamResponse] = lambda: web.json_response(accepted(), status=201)
    forms: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    drops: bool = False
    connection: asyncio.Transport | None = None

    async def create(self, request: web.Request) -> web.StreamResponse:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        self.headers.append(dict(request.headers))
        self.connection = request.transport
        if self.drops and request.transport is not None:
            request.transport.abort()
        return self.answer()

    async def close_idle(self) -> None:
        """End the connection of the last create, and wait until the client has closed it too."""
        assert self.connection is not None
        self.connection.write_eof()
        async with asyncio.timeout(60):
            while not self.connection.is_closing():
                await asyncio.sleep(0)


def accepted(**others: Any) -> dict[str, Any]:
    return {"sid": SID, "status": "queued", "num_segments": "1", "body": "hi"} | others


def settings(url: str, **others: str) -> Settings:
    return Settings.from_environment(
        {
            "GCLOUD_PROJECT": "demo-parley",
            "PARLEY_TWILIO_URL": url,
            "TWILIO_ACCOUNT_SID": MADE_UP_SID,
            "TWILIO_AUTH_TOKEN": MADE_UP_TOKEN,
            "PARLEY_PUBLIC_URL": PUBLIC,
        }
        | others
    )


@dataclass
class Site:
    recorder: Recorder
    provider: SmsProvider

    async def send(self, **fields: Any) -> dict[str, Any]:
        given = {"to": "+12125550123", "body": "hi", "sender": "+12025550100"} | fields
        return dict(await self.provider.sender.send(SmsRequest(**given), JOB))

    async def refusal(self, **fields: Any) -> Any:
        with pytest.raises(SmsNotAccepted) as raised:
            await self.send(**fields)
        return raised.value.answer


@asynccontextmanager
async def serving(**others: str) -> AsyncIterator[Site]:
    recorder = Recorder()
    application = web.Application()
    path = f"/2010-04-01/Accounts/{MADE_UP_SID}/Messages.json"
    application.router.add_post(path, recorder.create)
    async with TestServer(application) as server:
        found = settings(str(server.make_url("")).rstrip("/"), **others)
        async with connect_twilio(found, clock=FixedClock()) as provider:
            yield Site(recorder, provider)


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


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_post_is_never_repeated(site: Site, status: int) -> None:
    site.recorder.answer = lambda: web.json_response({"code": 20000 + status}, status=status)

    assert isinstance(await site.refusal(), Temporary)
    assert len(site.recorder.forms) == 1


async def test_a_dropped_connection_is_a_lost_answer_and_not_repeated(site: Site) -> None:
    await site.send()
    site.recorder.drops = True

    # The second goes out on the kept connection of the first.
    assert isinstance(await site.refusal(), Lost)
    assert len(site.recorder.forms) == 2


async def test_a_connection_that_twilio_closed_while_idle_is_replaced(site: Site) -> None:
    await site.send()
    await site.recorder.close_idle()

    await site.send()

    assert len(site.recorder.forms) == 2


async def test_a_redirect_is_not_followed_with_our_credentials(site: Site) -> None:
    site.recorder.answer = lambda: web.Response(status=307, headers={"Location": "/elsewhere"})

    assert isinstance(await site.refusal(), Temporary)
    assert len(site.recorder.forms) == 1


async def test_retry_after_is_obeyed_also_as_a_date(site: Site) -> None:
    headers = {
        "Retry-After": "Mon, 05 Jan 2026 09:00:30 GMT",
        "Date": "Mon, 05 Jan 2026 09:00:00 GMT",
    }
    site.recorder.answer = lambda: web.json_response({"code": 20429}, status=429, headers=headers)

    assert (await site.refusal()).retry_after == 30.0


async def test_where_nobody_listens_nothing_was_sent() -> None:
    found = settings(f"http://127.0.0.1:{free_port()}")
    async with connect_twilio(found, clock=FixedClock()) as provider:
        answer = await Site(Recorder(), provider).refusal()

    assert isinstance(answer, Temporary)
    assert answer.code == "noConnection"


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


async def test_many_sms_go_out_side_by_side(site: Site) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(150):
            group.create_task(site.send(body=f"{number}"))

    assert {form["Body"] for form in site.recorder.forms} == {str(n) for n in range(150)}
