from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from callable_values import INT64, UINT64, Unsayable, decoded, encoded
from firebase_functions.https_fn import CallableRequest, FunctionsErrorCode, HttpsError, on_call
from flask import Flask, request
from http_errors import answering_errors, https_error
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from parley.domain.requests import CreateGroup
from parley.errors import RetryableError


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (2**53 - 1, 2**53 - 1),
        (-(2**53) + 1, -(2**53) + 1),
        (2**53, {"@type": INT64, "value": "9007199254740992"}),
        (-(2**63), {"@type": INT64, "value": "-9223372036854775808"}),
        (2**64 - 1, {"@type": UINT64, "value": "18446744073709551615"}),
        (True, True),
        (1.0, 1.0),
        (1e300, 1e300),
        (Colour.RED, "red"),
        ((1, None), [1, None]),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), "2026-12-01T09:00:00Z"),
        (
            datetime(2026, 12, 1, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=1))),
            "2026-12-01T08:00:00.000005Z",
        ),
        (date(2026, 12, 1), "2026-12-01"),
        ({"a": [{"b": 2**60}]}, {"a": [{"b": {"@type": INT64, "value": str(2**60)}}]}),
    ],
    ids=str,
)
def test_an_answer_follows_the_protocol(value: Any, spelled: Any) -> None:
    got = encoded(value)
    assert got == spelled
    assert type(got) is type(spelled)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"a": [0, math.nan]}, "a.1: nan is no number in JSON"),
        ({"a": -math.inf}, "a: -inf"),
        (math.inf, "the answer: inf"),
        ({"n": 2**64}, "n: 18446744073709551616 does not fit"),
        ({"n": -(2**63) - 1}, "n: -9223372036854775809 does not fit"),
        ({"at": datetime(2026, 1, 1)}, "at: the time 2026-01-01 00:00:00 has no zone"),  # noqa: DTZ001
        ({"s": {1, 2}}, "s: no answer is made of set"),
        ({"b": b"x"}, "b: no answer is made of bytes"),
        ({"a": {1: 2}}, "a: the key 1 is no text"),
        ({"t": "\ud83d"}, "t: a text holds half of a surrogate pair"),
        pytest.param({"o": object()}, "o: no answer is made of object", id="an object"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_value_that_json_cannot_carry_is_an_error(value: Any, named: str) -> None:
    with pytest.raises(Unsayable) as raised:
        encoded(value)
    assert str(raised.value).startswith(named)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_an_answer_reads_back_unchanged(value: Any) -> None:
    wire = json.dumps(encoded(value), allow_nan=False)
    wire.encode()
    assert decoded(json.loads(wire)) == value


ANYTHING = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(st.characters()) | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
)


@given(ANYTHING)
def test_every_answer_is_json_or_an_error(value: Any) -> None:
    status, body = called(value)
    assert (status, *body) in {(200, "result"), (500, "error")}


class Answering:
    """A callable that answers what a test sets, behind Firebase's own library."""

    def __init__(self) -> None:
        self.answer: Any = None

        @on_call()
        @answering_errors
        def answering(request: CallableRequest[Any]) -> Any:
            return self.answer

        app = Flask(__name__)
        app.add_url_rule("/", view_func=lambda: answering(request), methods=["POST"])  # type: ignore[arg-type]
        self.client = app.test_client()


ANSWERING = Answering()


def called(answer: Any) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and body of a callable with this answer."""
    ANSWERING.answer = answer
    response = ANSWERING.client.post("/", json={"data": None})
    body: dict[str, Any] = json.loads(response.get_data(), parse_constant=pytest.fail)
    return response.status_code, body


def test_a_callable_that_answers_nan_sends_an_error() -> None:
    status, body = called({"rate": math.nan})
    assert status == 500
    assert body["error"]["details"] == {"reason": "internal"}
    assert body["error"]["status"] == "INTERNAL"


def test_a_callable_encodes_times_and_long_numbers_by_the_protocol() -> None:
    assert called({"at": datetime(2026, 1, 1, tzinfo=UTC), "n": 2**62}) == (
        200,
        {"result": {"at": "2026-01-01T00:00:00Z", "n": {"@type": INT64, "value": str(2**62)}}},
    )


def test_the_details_of_an_error_are_encoded_the_same_way() -> None:
    error = https_error(HttpsError(FunctionsErrorCode.ABORTED, "no", {"n": 2**60}))
    assert error.details == {"n": {"@type": INT64, "value": str(2**60)}}
    broken = https_error(RetryableError("busy", retry_after=math.nan))
    assert (broken.code, broken.details) == (FunctionsErrorCode.INTERNAL, {"reason": "internal"})


def test_half_of_a_surrogate_pair_is_shown_as_its_number() -> None:
    with pytest.raises(ValidationError) as raised:
        CreateGroup.model_validate({"title": "half \ud83d", "userIds": [], "\ud83d": 1})
    answer = https_error(raised.value)
    (answer.message + json.dumps(answer.details, ensure_ascii=False)).encode()
    assert r"\ud83d" in answer.message
