from __future__ import annotations

from typing import Any

import pytest

from parley.adapters.fcm.answers import read_answer
from parley.domain.delivery.push import PushFate

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


def error(status: str, *details: dict[str, Any], message: str = "words") -> dict[str, Any]:
    return {"error": {"status": status, "message": message, "details": list(details)}}


def code(name: str) -> dict[str, Any]:
    return {"@type": FCM_ERROR, "errorCode": name}


def blaming(field: str) -> dict[str, Any]:
    return {"@type": BAD_REQUEST, "fieldViolations": [{"field": field, "description": "words"}]}


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (200, {"name": "projects/p/messages/1"}, PushFate.ACCEPTED),
        (404, error("NOT_FOUND", code("UNREGISTERED")), PushFate.DEAD_TOKEN),
        (403, error("PERMISSION_DENIED", code("SENDER_ID_MISMATCH")), PushFate.WRONG_SENDER),
        (
            400,
            error("INVALID_ARGUMENT", code("INVALID_ARGUMENT"), blaming("message.token")),
            PushFate.DEAD_TOKEN,
        ),
        (
            400,
            error(
                "INVALID_ARGUMENT",
                code("INVALID_ARGUMENT"),
                message="The registration token is not a valid FCM registration token",
            ),
            PushFate.DEAD_TOKEN,
        ),
        (
            400,
            error("INVALID_ARGUMENT", code("INVALID_ARGUMENT"), blaming("message.data[0].value")),
            PushFate.REJECTED,
        ),
        (
            400,
            error("INVALID_ARGUMENT", blaming("message.token"), blaming("message.android.ttl")),
            PushFate.REJECTED,
        ),
        (400, error("INVALID_ARGUMENT", code("INVALID_ARGUMENT")), PushFate.REJECTED),
        (400, error("INVALID_ARGUMENT", code("UNREGISTERED")), PushFate.REJECTED),
        (413, "<html>", PushFate.REJECTED),
        (429, error("RESOURCE_EXHAUSTED", code("QUOTA_EXCEEDED")), PushFate.RETRY),
        (429, error("RESOURCE_EXHAUSTED"), PushFate.RETRY),
        (408, None, PushFate.RETRY),
        (500, error("INTERNAL", code("INTERNAL")), PushFate.RETRY),
        (503, error("UNAVAILABLE", code("UNAVAILABLE")), PushFate.RETRY),
        (502, None, PushFate.RETRY),
        (529, None, PushFate.RETRY),
        (503, error("UNAVAILABLE", code("UNREGISTERED")), PushFate.RETRY),
    ],
)
def test_the_error_class_of_an_answer_decides_about_the_token(
    status: int, body: object, fate: PushFate
) -> None:
    assert read_answer(status, body, {}).fate is fate


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (401, error("UNAUTHENTICATED"), "UNAUTHENTICATED"),
        (401, error("UNAUTHENTICATED", code("THIRD_PARTY_AUTH_ERROR")), "THIRD_PARTY_AUTH_ERROR"),
        (403, error("PERMISSION_DENIED"), "PERMISSION_DENIED"),
        (
            403,
            error("PERMISSION_DENIED", {"@type": ERROR_INFO, "reason": "SERVICE_DISABLED"}),
            "SERVICE_DISABLED",
        ),
        (403, error("PERMISSION_DENIED", {"errorCode": "SENDER_ID_MISMATCH"}), "PERMISSION_DENIED"),
        (404, error("NOT_FOUND"), "NOT_FOUND"),
        (404, error("NOT_FOUND", {"errorCode": "UNREGISTERED"}), "NOT_FOUND"),
        (404, "<!DOCTYPE html>", "HTTP_404"),
        (404, None, "HTTP_404"),
        (404, [], "HTTP_404"),
        (404, {"error": "no such page"}, "HTTP_404"),
        (404, {"error": {"status": "NOT_FOUND", "details": 5}}, "NOT_FOUND"),
        (400, None, "HTTP_400"),
        (400, error("FAILED_PRECONDITION"), "FAILED_PRECONDITION"),
        (407, None, "HTTP_407"),
        (302, None, "HTTP_302"),
        (200, None, "HTTP_200"),
        (200, {"name": 5}, "HTTP_200"),
        (204, None, "HTTP_204"),
    ],
)
def test_other_refusals_concern_our_credentials_and_name_their_code(
    status: int, body: object, word: str
) -> None:
    result = read_answer(status, body, {"Retry-After": "3"})

    assert (result.fate, result.status, result.code) == (PushFate.REFUSED, status, word)
    assert result.retry_after == 3.0


@pytest.mark.parametrize("violations", [5, "message.token", [5], [{"field": ["message.token"]}]])
def test_details_of_another_shape_name_no_token(violations: object) -> None:
    body = error("INVALID_ARGUMENT", {"@type": BAD_REQUEST, "fieldViolations": violations})

    assert read_answer(400, body, {}).fate is PushFate.REJECTED


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("-1", 0.0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("86400", 600.0),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:27:30 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:28:30", None),
    ],
)
def test_the_providers_wait_is_kept(header: str, seconds: float | None) -> None:
    body = error("RESOURCE_EXHAUSTED", code("QUOTA_EXCEEDED"))

    headers = {"Retry-After": header, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert read_answer(429, body, headers).retry_after == seconds
