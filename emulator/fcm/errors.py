"""The error answers of FCM, and of the layers before it.

FCM's own answer is Google's error body with FCM's code in its details. Errors of credentials or
project come from Google's layer before FCM, without such a code. A proxy answers with a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.journal import to_bytes

GOOGLE_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
FCM_CODE = {
    400: "INVALID_ARGUMENT",
    401: "THIRD_PARTY_AUTH_ERROR",
    403: "SENDER_ID_MISMATCH",
    404: "UNREGISTERED",
    429: "QUOTA_EXCEEDED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
"""The usual code of a status, for faults without one."""

GOOGLES_OWN = {
    *GOOGLE_STATUS.values(),
    *("ALREADY_EXISTS", "DATA_LOSS", "FAILED_PRECONDITION", "OUT_OF_RANGE", "UNKNOWN"),
} - set(FCM_CODE.values())
"""Codes that only Google's layer before FCM gives."""

REASONS = {
    "ACCESS_TOKEN_EXPIRED",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "ACCESS_TOKEN_TYPE_UNSUPPORTED",
    "BILLING_DISABLED",
    "CONSUMER_INVALID",
    "CONSUMER_SUSPENDED",
    "CREDENTIALS_MISSING",
    "IAM_PERMISSION_DENIED",
    "RATE_LIMIT_EXCEEDED",
    "SECURITY_POLICY_VIOLATED",
    "SERVICE_DISABLED",
    "USER_PROJECT_DENIED",
}
"""Reasons that this layer adds in an ErrorInfo."""

PAGE = "HTML"
EMPTY = "EMPTY"

WORDS = {
    "UNREGISTERED": "Requested entity was not found.",
    "SENDER_ID_MISMATCH": "SenderId mismatch",
    "QUOTA_EXCEEDED": "Quota exceeded for quota metric 'Messages sent'.",
    "INTERNAL": "Internal error encountered.",
    "UNAVAILABLE": "The service is currently unavailable.",
    "THIRD_PARTY_AUTH_ERROR": "Auth error from APNS or Web Push Service",
    "UNAUTHENTICATED": "Request had invalid authentication credentials. Expected OAuth 2 access "
    "token, login cookie or other valid authentication credential.",
    "PERMISSION_DENIED": "The caller does not have permission",
    "NOT_FOUND": "Requested entity was not found.",
    "RESOURCE_EXHAUSTED": "Resource has been exhausted (e.g. check quota).",
    "SERVICE_DISABLED": "Firebase Cloud Messaging API has not been used in project demo before or "
    "it is disabled.",
}


@dataclass(frozen=True)
class Answer:
    """The answer to a call."""

    status: int
    body: bytes
    content_type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Refusal(Exception):
    """An answer with Google's error body; `word` is Google's code if it differs from the status."""

    status: int
    message: str
    details: tuple[dict[str, Any], ...] = ()
    word: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "error": {
                "code": self.status,
                "message": self.message,
                "status": self.word or GOOGLE_STATUS.get(self.status, "UNKNOWN"),
                **({"details": list(self.details)} if self.details else {}),
            }
        }

    def answer(self) -> Answer:
        return Answer(self.status, to_bytes(self.to_json()), "application/json")


def ordered_answer(status: int, code: str | None) -> Answer | None:
    """Return the answer that a fault requests, or None for a success.

    FCM's own codes, and unknown ones, are FCM's answers; Google's codes come from Google's layer,
    alone. `HTML` is a proxy's page, with any status. `EMPTY`, and every redirect, has no body.
    """
    if code == PAGE:
        words = f"<title>{status}</title><p>The requested URL was not found on this server."
        return Answer(status, f"<!DOCTYPE html><html lang=en>{words}\n".encode())
    if code == EMPTY or 300 <= status < 400:
        return Answer(status, b"", headers={"Location": "/sign-in"} if status < 400 else {})
    if status < 400:
        return None
    if code in GOOGLES_OWN:
        return Refusal(status, WORDS.get(code, code), word=code).answer()
    if code in REASONS:
        info = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": code,
            "domain": "googleapis.com",
            "metadata": {"service": "fcm.googleapis.com"},
        }
        return Refusal(status, WORDS.get(code, code), (info,)).answer()
    return fcm_error(status, code).answer()


def fcm_error(status: int, code: str | None = None, message: str | None = None) -> Refusal:
    """Return a refusal by FCM; without a code, the usual one of the status."""
    code = code or FCM_CODE.get(status, "UNSPECIFIED_ERROR")
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    words = message or WORDS.get(code, "Request contains an invalid argument.")
    return Refusal(status, words, ({"@type": kind, "errorCode": code},))


def bad_request(field: str, description: str) -> Refusal:
    """Return a refusal by the layer before FCM, which checks the shape of a request."""
    violation = {"field": field, "description": description}
    kind = "type.googleapis.com/google.rpc.BadRequest"
    return Refusal(400, description, ({"@type": kind, "fieldViolations": [violation]},))
