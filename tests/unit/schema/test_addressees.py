"""A person's record is read leniently, but for what a campaign needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schema.addressees import Addressee, UnreadableField

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


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
def test_of_a_consent_only_the_answer_is_needed(entry: Any) -> None:
    assert consents(entry).consents_to("chat", "marketing")


def test_a_withdrawal_counts_however_little_else_is_right() -> None:
    assert not consents({"granted": False, "at": 7}).consents_to("chat", "marketing")


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
def test_an_entry_that_says_neither_yes_nor_no_is_never_taken_for_a_yes(
    stored: dict[str, Any], named: str
) -> None:
    with pytest.raises(UnreadableField) as wrong:
        Addressee(stored).consents_to("chat", "marketing")
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
def test_what_is_wrong_elsewhere_is_not_looked_at(stored: dict[str, Any]) -> None:
    assert Addressee(stored).consents_to("chat", "marketing")
    assert Addressee(stored).consents_to("push", "marketing")


def test_a_text_is_shown_what_it_names_and_nothing_else_has_to_be_right() -> None:
    person = Addressee({"displayName": "Ann", "locale": 7, "tags": "vip", "attributes": []})
    assert person.shown_to_templates({"displayName"}) == {"displayName": "Ann"}
    assert person.shown_to_templates(()) == {}


def test_what_is_missing_shows_as_nothing() -> None:
    shown = Addressee({"displayName": None}).shown_to_templates({"*"})
    assert shown == {
        "displayName": None,
        "locale": None,
        "timeZone": None,
        "attributes": {},
        "tags": [],
    }


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("displayName", 7, "displayName must be a text and is 7"),
        ("displayName", {"first": "Ann"}, "displayName must be a text and is a map"),
        ("locale", ["de"], "locale must be a text and is a list"),
        ("timeZone", True, "timeZone must be a text and is True"),
        ("attributes", "plan=pro", "attributes must be a map and is 'plan=pro'"),
        ("tags", "vip", "tags must be a list and is 'vip'"),
        ("tags", ["vip", 7], "tags[1] must be a text and is 7"),
    ],
)
@pytest.mark.parametrize("names", ["itself", "*"])
def test_a_field_that_is_named_and_wrong_is_told_by_name_and_value(
    field: str, value: Any, words: str, names: str
) -> None:
    with pytest.raises(UnreadableField) as wrong:
        Addressee({field: value}).shown_to_templates({field if names == "itself" else "*"})
    assert str(wrong.value) == words


def test_a_long_value_is_cut_where_it_is_shown() -> None:
    with pytest.raises(UnreadableField) as wrong:
        Addressee({"attributes": "x" * 10_000}).shown_to_templates({"attributes"})
    assert len(str(wrong.value)) < 120
