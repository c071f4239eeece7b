from __future__ import annotations

from typing import Any

import pytest

from parley.adapters.fcm.answers import read_answer
from parley.domain.push import PushFate

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


def error(status: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"status": status, "message": "words", "details": list(details)}}


def code(name: str) -> dict[str, Any]:
    return {"@type": FCM_ERROR, "errorCode": name}


def blaming(field: str) -> dict[str, Any]:
    return {"@type": BAD_REQUEST, "fieldViolations": [{"field": field, "description": "words"}]}


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (200, {"name": "projects/p/messages/1"}, PushFate.ACCEPTED),
        (404, error("NOT_FOUND", code("UNREGISTERED")), PushFate.DEAD_TOKEN),
        (403, error("PERMISSION_DENIED", code("SENDER_ID_MISMATCH")), PushFate.DEAD_TOKEN),
        (403, error("PERMISSION_DENIED"), PushFate.REJECTED),
        (
            400,
            error("INVALID_ARGUMENT", code("INVALID_ARGUMENT"), blaming("message.token")),
            PushFate.DEAD_TOKEN,
        ),
        (
            400,
            error("INVALID_ARGUMENT", code("INVALID_ARGUMENT"), blaming("message.data[0].value")),
            PushFate.REJECTED,
        ),
        (400, error("INVALID_ARGUMENT", code("INVALID_ARGUMENT")), PushFate.REJECTED),
        (429, error("RESOURCE_EXHAUSTED", code("QUOTA_EXCEEDED")), PushFate.RETRY),
        (500, error("INTERNAL", code("INTERNAL")), PushFate.RETRY),
        (503, error("UNAVAILABLE", code("UNAVAILABLE")), PushFate.RETRY),
        (502, None, PushFate.RETRY),
        (401, error("UNAUTHENTICATED", code("THIRD_PARTY_AUTH_ERROR")), PushFate.REJECTED),
        (404, "not even JSON", PushFate.REJECTED),
    ],
)
def test_an_answer_decides_about_the_token_by_its_error_class(
    status: int, body: object, fate: PushFate
) -> None:
    assert read_answer(status, body, {}).fate is fate


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("-1", 0.0), ("soon", None)])
def test_the_provider_says_how_long_to_wait(header: str, seconds: float | None) -> None:
    body = error("RESOURCE_EXHAUSTED", code("QUOTA_EXCEEDED"))

    assert read_answer(429, body, {"Retry-After": header}).retry_after == seconds
