"""How an SMS whose answer was lost is recognized in Twilio's list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.rest import Client

from emulator.twilio.account import Account
from emulator.twilio.messages import StoredMessage, steps_to
from emulator.twilio.server import TwilioStandIn
from parley.adapters.twilio.account import twilio_client
from parley.adapters.twilio.sms_look_up import PAGES, TwilioLookUp
from parley.domain.delivery.job_answers import Accepted, Answer, Refused, Temporary
from parley.domain.delivery.sms import SmsRequest
from parley.domain.ports import JobAttempt
from parley.settings import Settings
from parley.testing.clock import FixedClock

CALLED = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
TO, FROM = "+12125550123", "+12025550100"
SERVICE = "MG" + "e" * 32


@dataclass
class Site:
    stand_in: TwilioStandIn
    client: Client
    clock: FixedClock = field(default_factory=lambda: FixedClock(CALLED + timedelta(hours=1)))

    def __post_init__(self) -> None:
        self.look_up = TwilioLookUp(self.client, clock=self.clock)

    def read_pages_of(self, size: int) -> None:
        """Look up by smaller pages than usual."""
        self.look_up = TwilioLookUp(self.client, clock=self.clock, page_size=size)

    def has(self, *, after: float = 1.0, end: str | int | None = None, **fields: Any) -> str:
        """Let Twilio have a message that it accepted so long after the call; return its SID."""
        created = CALLED.timestamp() + after
        given: dict[str, Any] = {
            "account_sid": self.stand_in.account.sid,
            "to": TO,
            "from_": FROM,
            "body": "hi",
            "created": created,
            "begins": created,
            "steps": steps_to(end),
        }
        message = StoredMessage(**given | fields)
        self.stand_in.messages.add(message)
        return message.sid

    async def ask(
        self, *, attempt: int = 1, lost_by: datetime | None = CALLED, **fields: Any
    ) -> Answer | None:
        given: dict[str, Any] = {"to": TO, "body": "hi", "sender": FROM}
        asked = JobAttempt("nonChatSMSQueue/job1", attempt, CALLED, lost_by)
        return await self.look_up.look_up(SmsRequest(**given | fields), asked)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    stand_in = TwilioStandIn()
    account = Account()
    async with stand_in.serving() as url:
        settings = Settings.from_environment(
            {
                "GCLOUD_PROJECT": "demo-parley",
                "PARLEY_TWILIO_URL": url,
                "TWILIO_ACCOUNT_SID": account.sid,
                "TWILIO_AUTH_TOKEN": account.token,
            }
        )
        async with twilio_client(settings) as client:
            yield Site(stand_in, client)


def is_found(answer: Answer | None, sid: str) -> bool:
    return isinstance(answer, Accepted) and answer.info["messageSid"] == sid


def is_absent(answer: Answer | None) -> bool:
    return isinstance(answer, Temporary) and answer.code == "notAccepted"


async def test_a_delivered_sms_is_found_with_status_segments_and_price(site: Site) -> None:
    sid = site.has()

    answer = await site.ask()

    assert answer == Accepted(
        {
            "messageSid": sid,
            "status": "delivered",
            "segments": 1,
            "encoding": "GSM-7",
            "price": "-0.00790",
        }
    )


async def test_an_sms_that_failed_is_refused_with_its_code(site: Site) -> None:
    sid = site.has(end=30003)

    answer = await site.ask()

    assert isinstance(answer, Refused)
    assert answer.code == "30003"
    assert answer.info is not None
    assert (answer.info["messageSid"], answer.info["status"]) == (sid, "undelivered")


async def test_an_sms_that_waits_in_twilios_queue_is_found(site: Site) -> None:
    later = datetime.now(UTC).timestamp() + 3_600
    sid = site.has(from_=None, messaging_service_sid=SERVICE, begins=later)

    assert is_found(await site.ask(sender=None, messaging_service_sid=SERVICE), sid)


async def test_an_sms_of_a_messaging_service_is_found_by_the_service(site: Site) -> None:
    site.has(from_=None, messaging_service_sid="MG" + "f" * 32)
    sid = site.has(from_=None, messaging_service_sid=SERVICE)

    assert is_found(await site.ask(sender=None, messaging_service_sid=SERVICE), sid)


@pytest.mark.parametrize(
    "other",
    [
        {"to": "+12125550124"},
        {"from_": "+12025550199"},
        {"body": "hello"},
        {"from_": None, "messaging_service_sid": SERVICE},
        {"direction": "inbound"},
        {"after": -120.0},
        {"after": 600.0},
    ],
)
async def test_another_sms_is_not_mistaken_for_it(site: Site, other: dict[str, Any]) -> None:
    site.has(**other)

    assert is_absent(await site.ask())


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ('"hi" - it\'s...', "\u201chi\u201d \u2013 it\u2019s\u2026"),
        ("Sent from your Twilio trial account - hi", "hi"),
        ("a b", "a\u00a0b"),
        ("!!", "!!"),
    ],
)
async def test_a_text_that_twilio_changed_is_recognized(site: Site, sent: str, asked: str) -> None:
    sid = site.has(body=sent)

    assert is_found(await site.ask(body=asked), sid)


async def test_an_sms_of_a_later_attempt_is_found(site: Site) -> None:
    sid = site.has(after=1_800.0)

    assert is_found(await site.ask(attempt=4, lost_by=CALLED + timedelta(minutes=31)), sid)


@pytest.mark.parametrize(
    ("since_lost", "is_proven"),
    [
        (timedelta(0), False),
        (timedelta(minutes=4, seconds=59), False),
        (timedelta(minutes=5), True),
    ],
)
async def test_absence_is_proven_five_minutes_after_the_call_was_over(
    site: Site, since_lost: timedelta, is_proven: bool
) -> None:
    answer = await site.ask(lost_by=site.clock.now() - since_lost)

    assert is_absent(answer) is is_proven
    assert is_proven or answer is None


async def test_absence_is_never_proven_without_the_time_of_the_call(site: Site) -> None:
    assert await site.ask(lost_by=None) is None


async def test_all_pages_since_the_call_are_read(site: Site) -> None:
    site.read_pages_of(2)
    sid = site.has(after=1.0)
    for number in range(7):
        site.has(after=2.0 + number, body=f"other {number}")

    assert is_found(await site.ask(), sid)


async def test_more_messages_than_can_be_read_prove_nothing(site: Site) -> None:
    site.read_pages_of(1)
    for number in range(PAGES + 1):
        site.has(after=2.0 + number, body=f"other {number}")

    assert await site.ask() is None


async def test_messages_from_before_the_call_are_not_read_to_the_end(site: Site) -> None:
    site.read_pages_of(1)
    for number in range(PAGES + 5):
        site.has(after=-500.0 + number)

    assert is_absent(await site.ask())
