"""What a wrong document is answered with: the field, what it must be, and its value."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schema.email import EmailJob
from schema.explain import explain

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def words(**changed: Any) -> str:
    job = {
        "serviceId": "acme",
        "createdBy": "sam",
        "createdAt": "now",
        "to": "ann@a.example",
        "message": {"subject": "Hello", "text": "How are you?"},
        **changed,
    }
    with pytest.raises(ValidationError) as wrong:
        EmailJob.parse(job)
    return explain(wrong.value, with_values=True)


def test_a_check_of_a_whole_document_does_not_call_it_a_map() -> None:
    assert "a map" not in words(createdAt=None, toUids=["ann"])
    assert "an email needs a message or a template" in words(createdAt=_NOW, message=None)
    assert words(createdAt=_NOW, message=None).endswith("template.")


def test_a_value_of_another_type_is_named_by_its_own() -> None:
    assert "to must be a text and is a map" in words(to={"a": 1})
    assert "message must be a map and is 'hello'" in words(message="hello")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"headers": {f"X-{n}": "a" for n in range(21)}}, "at most 20 entries and has 21"),
        ({"to": []}, "at least 1 entries and has 0"),
        ({"to": None, "toUids": [f"u{n}" for n in range(501)]}, "at most 500 entries and has 501"),
    ],
)
def test_too_many_entries_are_counted(changed: dict[str, Any], expected: str) -> None:
    assert expected in words(**changed)


def test_a_name_with_line_breaks_does_not_break_the_line() -> None:
    told = words(headers={"X-A\r\nBcc": "e@e.example"})
    assert told.isprintable()
    assert r"headers.'X-A\r\nBcc'" in told
