"""What FCM's answers mean.

https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode; a token is dead after
UNREGISTERED and SENDER_ID_MISMATCH. INVALID_ARGUMENT may be the token's fault or the message's, and
only counts against the token when FCM names that field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.domain.push import PushFate, PushResult

_DEAD = frozenset({"UNREGISTERED", "SENDER_ID_MISMATCH"})
_TOKEN_FIELDS = frozenset({"message.token", "message.fid"})
_LATER = frozenset({408, 429, 500, 502, 503, 504})


def read_answer(status: int, body: Any, headers: Mapping[str, str]) -> PushResult:
    """The fate of one notification."""
    if status == 200:
        name = body.get("name") if isinstance(body, dict) else None
        return PushResult(PushFate.ACCEPTED, provider_id=name)
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    details = [item for item in error.get("details") or () if isinstance(item, dict)]
    code = next(
        (str(item["errorCode"]) for item in details if "errorCode" in item),
        str(error.get("status") or f"HTTP_{status}"),
    )
    if code in _DEAD or (code == "INVALID_ARGUMENT" and _blames_token(details)):
        return PushResult(PushFate.DEAD_TOKEN, code=code)
    if status in _LATER:
        return PushResult(PushFate.RETRY, code=code, retry_after=_retry_after(headers))
    return PushResult(PushFate.REJECTED, code=code)


def _blames_token(details: list[dict[str, Any]]) -> bool:
    return any(
        violation.get("field") in _TOKEN_FIELDS
        for item in details
        for violation in item.get("fieldViolations") or ()
        if isinstance(violation, dict)
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds; FCM never sends the date form."""
    try:
        return max(0.0, float(headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
