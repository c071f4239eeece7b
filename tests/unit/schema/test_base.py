"""The types of fields: lengths, patterns, spelling, and the sentence a person gets."""

from datetime import UTC, datetime
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from schema import limits
from schema.base import (
    ClosedDocument,
    Document,
    DrawnId,
    MaybeDouble,
    NewTitle,
    Sender,
    Time,
    Title,
    Uid,
    json_bytes,
)
from schema.explain import explain

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Note(ClosedDocument):
    title: Title
    written_at: Time
    written_by: Uid | None = None


class Loose(Document):
    sender_id: Sender | None = None
    drawn_id: DrawnId | None = None
    count: int | None = None
    size: Annotated[int, Field(ge=0), MaybeDouble] | None = None
    new_title: NewTitle | None = None


def refusal(model: type[Document], fields: dict[str, object]) -> str:
    with pytest.raises(ValidationError) as caught:
        model.parse(fields)
    return explain(caught.value)


def test_a_document_is_stored_in_camel_case_without_what_is_none() -> None:
    note = Note(title="Hello", written_at=AT)

    assert note.fields() == {"title": "Hello", "writtenAt": AT}
    assert Note.parse(note.fields()) == note


def test_a_document_is_read_only_in_its_stored_spelling() -> None:
    sentence = refusal(Note, {"title": "Hello", "written_at": AT})

    assert "writtenAt is missing" in sentence
    assert "written_at is not a field that may stand here" in sentence


def test_a_document_that_servers_read_may_carry_fields_of_a_newer_version() -> None:
    assert Loose.parse({"count": 1, "newer": True}) == Loose(count=1)


@pytest.mark.parametrize("value", ["1", 1.0, True])
def test_a_wrong_type_is_refused(value: object) -> None:
    assert "count" in refusal(Loose, {"count": value})


@pytest.mark.parametrize("value", [5, 5.0, 0.0, -0.0, 2.0**62])
def test_a_whole_number_may_be_stored_as_a_double(value: float) -> None:
    read = Loose.parse({"size": value}).size

    assert (type(read), read) == (int, int(value))


@pytest.mark.parametrize(
    "value", [5.5, -1.0, float("nan"), float("inf"), 2.0**63, "5", "5.0", True]
)
def test_a_fraction_is_not_a_whole_number(value: object) -> None:
    assert "size" in refusal(Loose, {"size": value})


@pytest.mark.parametrize("blank", [" ", "\u00a0\u3000", "\u200b", "\u3164"])
def test_a_new_text_must_be_visible_and_a_stored_one_may_be_blank(blank: str) -> None:
    assert refusal(Loose, {"newTitle": blank}) == ("newTitle must have a visible character.")
    assert Loose.parse({"newTitle": f"{blank}x"}).new_title == f"{blank}x"
    assert Note.parse({"title": blank, "writtenAt": AT}).title == blank


@pytest.mark.parametrize("odd", ["\n", "\x00", "\x1b", "\x85", "\u2028", "\u202e", "\u2066"])
def test_a_new_title_is_one_line_and_a_stored_one_may_be_more(odd: str) -> None:
    assert "one line" in refusal(Loose, {"newTitle": f"a{odd}b"})
    assert Note.parse({"title": f"a{odd}b", "writtenAt": AT}).title == f"a{odd}b"


def test_a_title_in_hebrew_keeps_its_direction_marks() -> None:
    assert Loose.parse({"newTitle": "\u200f\u05d0 (1)\u200e"}).new_title is not None


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), "2026-01-01T00:00:00Z", 1_700_000_000])  # noqa: DTZ001
def test_a_time_is_an_aware_timestamp(value: object) -> None:
    assert refusal(Note, {"title": "x", "writtenAt": value}) == "writtenAt must be a timestamp."


def test_lengths_count_a_character_outside_the_basic_plane_as_two() -> None:
    fits = "😀" * (limits.CHAT_TITLE // 2)

    assert Note.parse({"title": fits, "writtenAt": AT}).title == fits
    assert refusal(Note, {"title": fits + "!", "writtenAt": AT}) == (
        "title must be 1 to 100 characters long and is 101."
    )


@pytest.mark.parametrize("uid", ["a:b", "a/b", "service", "system", "broadcast", "", "__a\nb__"])
def test_an_ambiguous_uid_is_refused(uid: str) -> None:
    assert "must be a user id" in refusal(Note, {"title": "x", "writtenAt": AT, "writtenBy": uid})


@pytest.mark.parametrize("field", ["title", "writtenBy"])
def test_half_of_a_surrogate_pair_is_not_a_text(field: str) -> None:
    note = {"title": "x", "writtenAt": AT, field: "a\ud83d"}

    assert "must be Unicode text and holds half of a surrogate pair" in refusal(Note, note)


@pytest.mark.parametrize("sender", ["alice", "service:shop", "system"])
def test_a_sender_is_a_person_a_dashboard_or_the_system(sender: str) -> None:
    assert Loose.parse({"senderId": sender}).sender_id == sender


@pytest.mark.parametrize("sender", ["service:", "service:service", "broadcast", "system:x", "a:b"])
def test_no_other_sender_exists(sender: str) -> None:
    assert "must be a user id, service:{serviceId} or system" in refusal(
        Loose, {"senderId": sender}
    )


@pytest.mark.parametrize("drawn", ["x" * 65, "", "a.b", "a\n", "ä"])
def test_an_invalid_client_id_is_refused(drawn: str) -> None:
    assert "drawnId must be 1 to 64 letters" in refusal(Loose, {"drawnId": drawn})


def test_attributes_are_measured_as_compact_json_in_utf_8() -> None:
    assert json_bytes({"a": "ü"}) == len(b'{"a":"\xc3\xbc"}')


def test_the_first_problems_are_named_and_the_rest_counted() -> None:
    sentence = refusal(Note, {"a": 1, "b": 1, "c": 1})

    assert sentence.endswith("and 2 more.")
