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


def person(**consents: Any) -> Addressee:
    return Addressee({"consents": {name: {"marketing": entry} for name, entry in consents.items()}})


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
    no_phone = Exclusion(RecipientState.SKIPPED, RecipientReason.NO_PHONE)
    asked: list[tuple[Channel, datetime]] = []

    def check_phone(who: Addressee, channel: Channel, context: RouteContext) -> Exclusion | None:
        asked.append((channel, context.now))
        return no_phone if channel == "sms" and "phone" not in who.stored else None

    checks = (*CHANNEL_CHECKS, check_phone)

    assert choose_channel(person(), SMS, TRANSACTIONAL, checks) == no_phone
    assert choose_channel(person(), SMS, MARKETING, checks) == NO_CONSENT
    assert choose_channel(person(), SMS_THEN_CHAT, TRANSACTIONAL, checks) == "chat"
    assert choose_channel(Addressee({"phone": "+1"}), SMS, TRANSACTIONAL, checks) == "sms"
    assert asked == [("sms", NOW), ("sms", NOW), ("chat", NOW), ("sms", NOW)]


def test_a_message_needs_a_channel() -> None:
    with pytest.raises(ValueError, match="at least one channel"):
        choose_channel(person(), [], MARKETING)
