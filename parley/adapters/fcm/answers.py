"""Classify the answers of FCM.

https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode. Only FCM's own statement about
this token or this notification is final: UNREGISTERED, INVALID_ARGUMENT, or too large. A busy
server is retried later. Everything else concerns our credentials or project, or comes from a proxy,
and says nothing about the notification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.adapters.retry_after import retry_after
from parley.domain.delivery.push import PushFate, PushResult

_TOKEN_FIELDS = frozenset({"message.token", "message.fid"})
_NO_TOKEN = "The registration token is not a valid FCM registration token"
"""The other form in which FCM names the token, as shown on its page of error codes."""

_BUSY = frozenset({408, 425, 429})
_TOO_LARGE = 413
_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def read_answer(status: int, body: Any, headers: Mapping[str, str]) -> PushResult:
    """Return the fate of one notification; ``body`` is None if the answer is not JSON."""
    name = body.get("name") if isinstance(body, dict) else None
    if status == 200 and isinstance(name, str) and name:
        return PushResult(PushFate.ACCEPTED, provider_id=name, status=status)
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    details = _maps(error.get("details"))
    own = _word(details, _FCM_ERROR, "errorCode")
    code = own or _word(details, _ERROR_INFO, "reason") or error.get("status") or f"HTTP_{status}"
    fate = _fate(status, own, error, details)
    is_later = fate is not PushFate.REJECTED and fate is not PushFate.DEAD_TOKEN
    return PushResult(
        fate,
        code=str(code)[:100],
        retry_after=retry_after(headers) if is_later else None,
        status=status,
    )


def _fate(
    status: int, own: str | None, error: dict[str, Any], details: list[dict[str, Any]]
) -> PushFate:
    """Return the fate; ``own`` is FCM's own code, if it gave one."""
    if status >= 500 or status in _BUSY:
        return PushFate.RETRY
    if status == 404 and own == "UNREGISTERED":
        return PushFate.DEAD_TOKEN
    if status == 403 and own == "SENDER_ID_MISMATCH":
        return PushFate.WRONG_SENDER
    if status == 400 and "INVALID_ARGUMENT" in (own, error.get("status")):
        return PushFate.DEAD_TOKEN if _names_token(error, details) else PushFate.REJECTED
    return PushFate.REJECTED if status == _TOO_LARGE else PushFate.REFUSED


def _names_token(error: dict[str, Any], details: list[dict[str, Any]]) -> bool:
    fields = [
        violation.get("field")
        for item in details
        for violation in _maps(item.get("fieldViolations"))
    ]
    if not fields:
        return error.get("message") == _NO_TOKEN
    return all(isinstance(field, str) and field in _TOKEN_FIELDS for field in fields)


def _word(details: list[dict[str, Any]], kind: str, field: str) -> str | None:
    for item in details:
        if item.get("@type") == kind and isinstance(item.get(field), str):
            return str(item[field])
    return None


def _maps(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
