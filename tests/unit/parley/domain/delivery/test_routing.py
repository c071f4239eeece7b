"""The channel that a person's message takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.domain.delivery.routing import CHANNEL_CHECKS, Exclusion, RouteContext, choose_channel
from schema.addressees import Addressee
from schema.base import Channel
from schema.reasons import RecipientReason, RecipientState

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MARKETING = RouteContext("marketing", NOW)
TRANSACTIONAL = RouteContext("transactional", NOW)
NO_CONSENT = Exclusion(RecipientState.SKIPPED, RecipientReason.NO_CONSENT)
CHAT_THEN_SMS: list[Channel] = ["chat", "sms"]
SMS_THEN_CHAT: list[Channel] = ["sms", "chat"]
SMS: list[Channel] = ["sms"]


PHONE = "+12025550123"


def person(**consents: Any) -> Addressee:
    entries = {name: {"marketing": entry} for name, entry in consents.items()}
    return Addressee({"consents": entries, "phone": PHONE})


def test_the_first_channel_that_passes_is_taken() -> None:
    assert choose_channel(person(), CHAT_THEN_SMS, MARKETING) == "chat"
    assert choose_channel(person(), SMS_THEN_CHAT, TRANSACTIONAL) == "sms"


def test_a_person_whom_the_first_channel_cannot_reach_gets_the_second() -> None:
    assert choose_channel(person(), SMS_THEN_CHAT, MARKETING) == "chat"
    refuses_chat = person(chat={"granted": False}, sms={"granted": True})
    assert choose_channel(refuses_chat, CHAT_THEN_SMS, MARKETING) == "sms"


def test_unreadable_consent_excludes_only_its_channel() -> None:
    unreadable = person(chat="?", sms={"granted": True})
    assert choose_channel(unreadable, CHAT_THEN_SMS, MARKETING) == "sms"


def test_a_person_whom_no_channel_reaches_gets_the_reason_of_the_first() -> None:
    assert choose_channel(person(chat="?"), CHAT_THEN_SMS, MARKETING) == Exclusion(
        RecipientState.FAILED,
        RecipientReason.INVALID_USER,
        "consents.chat.marketing must be a map and is '?'",
    )
    assert choose_channel(person(chat={"granted": False}), CHAT_THEN_SMS, MARKETING) == NO_CONSENT


def test_checks_run_in_order_until_one_excludes() -> None:
    blocked = Exclusion(RecipientState.SKIPPED, RecipientReason.BLOCKED)
    asked: list[tuple[Channel, datetime]] = []

    def check_block(who: Addressee, channel: Channel, context: RouteContext) -> Exclusion | None:
        asked.append((channel, context.now))
        return blocked if channel == "sms" and "blocked" in who.stored else None

    checks = (*CHANNEL_CHECKS, check_block)
    other = Addressee({"phone": PHONE, "blocked": True})

    assert choose_channel(other, SMS, TRANSACTIONAL, checks) == blocked
    assert choose_channel(other, SMS, MARKETING, checks) == NO_CONSENT
    assert choose_channel(other, SMS_THEN_CHAT, TRANSACTIONAL, checks) == "chat"
    assert choose_channel(person(), SMS, TRANSACTIONAL, checks) == "sms"
    assert asked == [("sms", NOW), ("sms", NOW), ("chat", NOW), ("sms", NOW)]


@pytest.mark.parametrize(
    ("stored", "reason", "detail"),
    [
        ({}, "noPhone", None),
        ({"phone": ""}, "noPhone", None),
        ({"phone": 7}, "invalidPhone", "phone must be a text and is 7"),
        ({"phone": "+12530001"}, "invalidPhone", "no valid number"),
        ({"phone": "+448451234567"}, "invalidPhone", "only mobile numbers get SMS"),
        ({"phone": "+447781123456"}, "invalidPhone", "is in GG"),
    ],
)
def test_who_cannot_get_an_sms_is_told_by_the_reason(
    stored: dict[str, Any], reason: str, detail: str | None
) -> None:
    context = RouteContext("transactional", NOW, countries=("US", "GB"))
    excluded = choose_channel(Addressee(stored), SMS, context)
    assert isinstance(excluded, Exclusion)
    assert (excluded.state, excluded.reason) == ("skipped", reason)
    assert (detail or "") in (excluded.detail or "")


def test_a_number_that_another_has_leads_to_the_next_channel() -> None:
    other = Addressee({"phone": PHONE}, is_number_taken=True)
    assert choose_channel(other, SMS_THEN_CHAT, TRANSACTIONAL) == "chat"
    excluded = choose_channel(other, SMS, TRANSACTIONAL)
    assert isinstance(excluded, Exclusion)
    assert excluded.reason == "duplicatePhone"


def test_who_has_no_device_gets_an_sms_where_one_may_be_sent() -> None:
    other = Addressee({"phone": PHONE}, has_device=False)
    assert choose_channel(other, CHAT_THEN_SMS, TRANSACTIONAL) == "sms"
    nobody = choose_channel(Addressee({}, has_device=False), CHAT_THEN_SMS, TRANSACTIONAL)
    assert isinstance(nobody, Exclusion)
    assert nobody.reason == "noDevice"


def test_a_message_needs_a_channel() -> None:
    with pytest.raises(ValueError, match="at least one channel"):
        choose_channel(person(), [], MARKETING)
