"""Consent as a person gave it, and what holds if they said nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from parley.domain.delivery.consent import is_granted
from schema.addressees import Addressee, UnreadableField
from schema.base import Channel, Purpose

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CHANNELS: Final[tuple[Channel, ...]] = ("chat", "push", "sms", "email")
PURPOSES: Final[tuple[Purpose, ...]] = ("marketing", "transactional")


def consents(entry: Any) -> Addressee:
    return Addressee({"consents": {"chat": {"marketing": entry}}})


@pytest.mark.parametrize(
    "entry",
    [
        {"granted": True},
        {"granted": True, "at": "yesterday", "source": 7},
        {"granted": True, "at": None, "surprise": {"x": 1}},
    ],
)
def test_only_the_answer_of_a_consent_is_needed(entry: Any) -> None:
    assert is_granted(consents(entry), "chat", "marketing")


def test_a_withdrawal_counts_in_an_otherwise_invalid_entry() -> None:
    assert not is_granted(consents({"granted": False, "at": 7}), "chat", "marketing")


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ({"consents": {"chat": {"marketing": False}}}, "consents.chat.marketing must be a map"),
        ({"consents": {"chat": {"marketing": True}}}, "consents.chat.marketing must be a map"),
        ({"consents": {"chat": {"marketing": None}}}, "consents.chat.marketing must be a map"),
        ({"consents": {"chat": {"marketing": {}}}}, "consents.chat.marketing.granted must be"),
        (
            {"consents": {"chat": {"marketing": {"granted": "false", "at": AT}}}},
            "consents.chat.marketing.granted must be true or false and is 'false'",
        ),
        ({"consents": {"chat": {"marketing": {"granted": 0}}}}, "granted must be true or false"),
        ({"consents": {"chat": ["marketing"]}}, "consents.chat must be a map and is a list"),
        ({"consents": {"chat": "no"}}, "consents.chat must be a map and is 'no'"),
        ({"consents": "none"}, "consents must be a map and is 'none'"),
        ({"consents": False}, "consents must be a map and is False"),
        ({"consents": []}, "consents must be a map and is a list"),
    ],
)
def test_an_unclear_consent_is_never_taken_for_a_yes(stored: dict[str, Any], named: str) -> None:
    with pytest.raises(UnreadableField) as wrong:
        is_granted(Addressee(stored), "chat", "marketing")
    assert named in str(wrong.value)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"consents": None},
        {"consents": {}},
        {"consents": {"chat": None}},
        {"consents": {"chat": {"transactional": "?"}, "sms": 7, "fax": {"marketing": 1}}},
    ],
)
def test_errors_in_other_consents_are_ignored(stored: dict[str, Any]) -> None:
    assert is_granted(Addressee(stored), "chat", "marketing")
    assert is_granted(Addressee(stored), "push", "marketing")


def test_only_marketing_by_sms_and_email_needs_an_answer_first() -> None:
    person = Addressee({})

    refused = [
        (channel, purpose)
        for channel in CHANNELS
        for purpose in PURPOSES
        if not is_granted(person, channel, purpose)
    ]
    assert refused == [("sms", "marketing"), ("email", "marketing")]


def test_a_person_s_own_answer_overrides_the_default() -> None:
    yes, no = ({"granted": granted, "at": AT, "source": "app"} for granted in (True, False))
    person = Addressee({"consents": {"sms": {"marketing": yes}, "chat": {"transactional": no}}})

    assert is_granted(person, "sms", "marketing")
    assert not is_granted(person, "chat", "transactional")
    assert is_granted(person, "chat", "marketing")
