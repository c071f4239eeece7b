"""The SMS ports: Twilio's adapter against the stand-in, and the twin that records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.faults import FAULTS
from emulator.twilio.account import Account
from emulator.twilio.server import TwilioStandIn
from parley.adapters.twilio.account import connect_twilio
from parley.domain.delivery.job_answers import Accepted, Lost, Refused, Temporary
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import (
    SmsNotAccepted,
    SmsProvider,
    classify_sms_error,
)
from parley.domain.ports import JobAttempt
from parley.settings import Settings
from parley.testing.clock import FixedClock
from parley.testing.in_memory_sms import InMemorySms, SmsFate
from schema.sms import SmsInfo

pytestmark = pytest.mark.contract

WELL, BUSY, BAD, STOPPED = "+12125550100", "+12125550101", "+15005550001", "+12125550103"
LOST_ANSWER, SENDER = "+12125550104", "+12025550100"
SERVICE = "MG" + "c" * 32
LATER = timedelta(hours=2).total_seconds()


@dataclass
class Provider:
    """A provider, what it accepted, and its clock."""

    ports: SmsProvider
    accepted: Callable[[], list[tuple[str, str]]]
    """Recipient and text of each SMS that it accepted, in order."""
    clock: FixedClock
    start: datetime
    """When the test began; the stand-in stamps its messages by the real clock."""

    async def send(self, request: SmsRequest, number: int = 1) -> dict[str, Any]:
        return dict(await self.ports.sender.send(request, self.attempt(number)))

    async def refusal(self, request: SmsRequest) -> Temporary | Refused | Lost:
        with pytest.raises(SmsNotAccepted) as raised:
            await self.send(request)
        return classify_sms_error(raised.value)

    async def look_up(self, request: SmsRequest, number: int = 1) -> Any:
        assert self.ports.look_up is not None
        attempt = replace(self.attempt(number), lost_by=self.start + timedelta(seconds=15))
        return await self.ports.look_up.look_up(request, attempt)

    def attempt(self, number: int = 1) -> JobAttempt:
        return JobAttempt("nonChatSMSQueue/job1", number, self.start)


@pytest.fixture(params=["memory", "stand-in"])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    start = datetime.now(UTC).replace(microsecond=0)
    clock = FixedClock(start)
    if request.param == "memory":
        twin = InMemorySms(clock, retry_after=7.0)
        fates: dict[str, SmsFate] = {BUSY: "busy", BAD: "refuse", LOST_ANSWER: "loseAnswer"}
        twin.fates_of |= fates
        twin.opted_out.add(STOPPED)
        yield Provider(
            twin.provider(),
            lambda: [(sms.request.to, sms.request.body) for sms in twin.sent],
            clock,
            start,
        )
        return
    stand_in = TwilioStandIn()
    stand_in.plan.replace(
        FAULTS.validate_python(
            [
                {"status": 429, "retryAfter": 7, "match": {"to": f"^\\{BUSY}$"}},
                {"dropAnswer": True, "match": {"to": f"^\\{LOST_ANSWER}$"}},
            ]
        )
    )
    for sender in (SENDER, SERVICE):
        stand_in.opt_outs.hear(sender, STOPPED, "STOP", None)
    async with (
        stand_in.serving() as url,
        connect_twilio(settings_for(url), clock=clock) as ports,
    ):
        yield Provider(ports, lambda: accepted(stand_in), clock, start)


def settings_for(url: str) -> Settings:
    account = Account()
    return Settings.from_environment(
        {
            "GCLOUD_PROJECT": "demo-parley",
            "PARLEY_TWILIO_URL": url,
            "TWILIO_ACCOUNT_SID": account.sid,
            "TWILIO_AUTH_TOKEN": account.token,
        }
    )


def accepted(stand_in: TwilioStandIn) -> list[tuple[str, str]]:
    found = [(message.to, message.body) for message in stand_in.messages.newest_first()]
    return found[::-1]


def sms(to: str = WELL, body: str = "hi", **others: Any) -> SmsRequest:
    given = {"sender": SENDER} | others
    return SmsRequest(to=to, body=body, **given)


async def test_an_accepted_sms_is_told_as_the_info_of_its_job(provider: Provider) -> None:
    info = SmsInfo.parse(await provider.send(sms(body="a" * 161)))

    assert info.message_sid is not None
    assert info.message_sid.startswith("SM")
    assert (info.status, info.segments, info.encoding) == ("queued", 2, "GSM-7")
    assert provider.accepted() == [(WELL, "a" * 161)]


@pytest.mark.parametrize(
    ("body", "segments", "encoding"),
    [("é", 1, "GSM-7"), ("я" * 71, 2, "UCS-2"), ("a" * 159 + "€", 2, "GSM-7")],
)
@pytest.mark.parametrize("sender", [{"sender": SENDER}, {"sender": None, "service": SERVICE}])
async def test_segments_are_told_whether_or_not_a_sender_is_chosen_yet(
    provider: Provider, sender: dict[str, Any], body: str, segments: int, encoding: str
) -> None:
    request = SmsRequest(
        to=WELL, body=body, sender=sender["sender"], messaging_service_sid=sender.get("service")
    )

    info = await provider.send(request)

    assert (info["segments"], info["encoding"]) == (segments, encoding)


async def test_each_sms_gets_its_own_sid(provider: Provider) -> None:
    sids = {(await provider.send(sms()))["messageSid"] for _ in range(3)}

    assert len(sids) == 3


async def test_a_busy_provider_is_tried_later(provider: Provider) -> None:
    answer = await provider.refusal(sms(BUSY))

    assert isinstance(answer, Temporary)
    assert (answer.code, answer.retry_after) == ("20429", 7.0)
    assert provider.accepted() == []


async def test_a_bad_number_is_refused_for_good(provider: Provider) -> None:
    answer = await provider.refusal(sms(BAD))

    assert isinstance(answer, Refused)
    assert answer.code == "21211"
    assert answer.message


@pytest.mark.parametrize("sender", [{}, {"sender": None, "messaging_service_sid": SERVICE}])
async def test_a_person_who_opted_out_is_refused_for_good(
    provider: Provider, sender: dict[str, Any]
) -> None:
    answer = await provider.refusal(sms(STOPPED, **sender))

    assert isinstance(answer, Refused)
    assert answer.code == "21610"
    assert provider.accepted() == []


async def test_a_lost_answer_is_lost_and_the_look_up_finds_the_sms(provider: Provider) -> None:
    request = sms(LOST_ANSWER)

    assert isinstance(await provider.refusal(request), Lost)
    assert provider.accepted() == [(LOST_ANSWER, "hi")]

    answer = await provider.look_up(request)
    assert isinstance(answer, Accepted)
    info = SmsInfo.parse(answer.info)
    assert info.message_sid is not None
    assert (info.segments, info.encoding) == (1, "GSM-7")


async def test_a_look_up_finds_an_sms_long_after(provider: Provider) -> None:
    await provider.send(sms())
    provider.clock.advance(LATER)

    assert isinstance(await provider.look_up(sms()), Accepted)


async def test_an_sms_that_was_not_accepted_is_shown_only_after_a_while(
    provider: Provider,
) -> None:
    assert await provider.look_up(sms()) is None

    provider.clock.advance(LATER)
    answer = await provider.look_up(sms())
    assert isinstance(answer, Temporary)
    assert answer.code == "notAccepted"


async def test_nothing_is_sent_by_a_look_up(provider: Provider) -> None:
    await provider.look_up(sms())

    assert provider.accepted() == []


async def test_what_no_provider_raises_counts_as_a_lost_answer() -> None:
    assert isinstance(classify_sms_error(RuntimeError("a bug")), Lost)
