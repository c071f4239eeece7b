"""A person's record is read leniently, but for what a campaign needs."""

from __future__ import annotations

from typing import Any

import pytest

from schema.addressees import Addressee, UnreadableField


def test_a_text_sees_only_the_fields_that_it_names() -> None:
    person = Addressee({"displayName": "Ann", "locale": 7, "tags": "vip", "attributes": []})
    assert person.shown_to_templates({"displayName"}) == {"displayName": "Ann"}
    assert person.shown_to_templates(()) == {}


def test_a_missing_field_renders_as_nothing() -> None:
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
def test_a_wrong_named_field_is_reported_with_its_value(
    field: str, value: Any, words: str, names: str
) -> None:
    with pytest.raises(UnreadableField) as wrong:
        Addressee({field: value}).shown_to_templates({field if names == "itself" else "*"})
    assert str(wrong.value) == words


def test_a_long_value_is_truncated() -> None:
    with pytest.raises(UnreadableField) as wrong:
        Addressee({"attributes": "x" * 10_000}).shown_to_templates({"attributes"})
    assert len(str(wrong.value)) < 120
