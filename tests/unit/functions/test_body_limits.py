"""A body that is too large, too deep or no call is refused before it is parsed, with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from body_limits import is_deeper, limiting_bodies
from callable_table import TABLE
from callables import ENDPOINTS
from flask import Flask, Request, Response, jsonify, request
from hypothesis import given
from hypothesis import strategies as st

from schema import limits


class Limited:
    """An endpoint behind the limits, which keeps what reaches it."""

    def __init__(self, max_bytes: int = limits.ARGUMENT_BYTES) -> None:
        self.reached: list[Any] = []

        def endpoint(called: Request) -> Response:
            self.reached.append(called.get_json())
            return jsonify(result=None)

        limited = limiting_bodies(endpoint, max_bytes=max_bytes)
        app = Flask(__name__)
        app.add_url_rule("/", view_func=lambda: limited(request), methods=["POST", "OPTIONS"])
        self.client = app.test_client()

    def call(self, body: bytes) -> tuple[int, dict[str, Any]]:
        answer = self.client.post("/", data=body, content_type="application/json")
        return answer.status_code, json.loads(answer.get_data())


def nested(depth: int) -> bytes:
    """A call whose arguments are this deep, strings full of brackets beside them."""
    inner = b'{"s": "[[[{{{\\"[[["}' if depth % 2 else b"[1]"
    for _ in range(depth - 1):
        inner = b"[" + inner + b"]"
    return b'{"data": ' + inner + b"}"


def is_refused(answer: tuple[int, dict[str, Any]]) -> bool:
    status, body = answer
    if status == 200:
        return False
    assert (status, body["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert body["error"]["details"] == {"reason": "invalidArgument"}
    return True


@pytest.mark.parametrize(
    ("depth", "expected"), [(1, False), (19, False), (20, False), (21, True), (1_000, True)]
)
def test_arguments_are_nested_at_most_twenty_deep(depth: int, expected: bool) -> None:
    limited = Limited()
    assert is_refused(limited.call(nested(depth))) == expected
    assert len(limited.reached) == (0 if expected else 1)


def test_a_body_a_hundred_thousand_deep_has_a_reason_too() -> None:
    assert is_refused(Limited().call(b'{"data": ' + b"[" * 100_000))


def test_arguments_have_at_most_256_kib() -> None:
    limited = Limited()
    frame = len(b'{"data": ""}')
    fits = b'{"data": "' + b"x" * (limits.ARGUMENT_BYTES - frame) + b'"}'
    assert not is_refused(limited.call(fits))
    status, body = limited.call(fits + b" ")
    assert is_refused((status, body))
    assert str(limits.ARGUMENT_BYTES) in body["error"]["message"]
    assert str(limits.ARGUMENT_BYTES + 1) in body["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"7", b"[]", b"{}", b'{"data": 1, "secret": "words"}', b'{"data": \xff}'],
)
def test_a_body_that_is_no_call_is_refused_and_told_nothing_of(body: bytes) -> None:
    limited = Limited()
    answer = limited.call(body)
    assert is_refused(answer)
    assert "words" not in json.dumps(answer[1])
    assert limited.reached == []


def test_a_browser_of_another_origin_may_read_the_refusal() -> None:
    headers = {"Origin": "https://app.example"}
    answer = Limited().client.post("/", data=b"{", headers=headers)
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example")


def test_every_callable_is_behind_the_limits() -> None:
    app = Flask(__name__)
    for row in TABLE:
        deployed = ENDPOINTS[row.name]
        assert hasattr(deployed, "__firebase_endpoint__")
        with app.test_request_context(
            "/", method="POST", data=nested(1_000), content_type="application/json"
        ):
            answer = app.make_response(deployed(request))
        assert is_refused((answer.status_code, json.loads(answer.get_data()))), row.name


JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(JSON, st.booleans())
def test_the_depth_of_json_is_read_off_its_brackets(value: Any, is_ascii: bool) -> None:
    body = json.dumps(value, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    depth = depth_of(value)
    assert is_deeper(body, depth - 1) == (depth > 0)
    assert not is_deeper(body, depth)


@pytest.mark.parametrize("part", [b'"', b'\\"', b"\\", b'"\\', b"[]", b'"a'])
def test_no_body_takes_long_to_scan(part: bytes) -> None:
    # A scan in the square of the length would take minutes.
    is_deeper(b'"' + part * (limits.ARGUMENT_BYTES // len(part)), 20)
