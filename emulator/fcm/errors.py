"""How FCM says no: Google's error body with FCM's own code among its details."""

from dataclasses import dataclass
from typing import Any

GOOGLE_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
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
WORDS = {
    "UNREGISTERED": "Requested entity was not found.",
    "SENDER_ID_MISMATCH": "SenderId mismatch",
    "QUOTA_EXCEEDED": "Quota exceeded for quota metric 'Messages sent'.",
    "INTERNAL": "Internal error encountered.",
    "UNAVAILABLE": "The service is currently unavailable.",
    "THIRD_PARTY_AUTH_ERROR": "Auth error from APNS or Web Push Service",
}


@dataclass
class Refusal(Exception):
    """An answer other than success."""

    status: int
    message: str
    details: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "error": {
                "code": self.status,
                "message": self.message,
                "status": GOOGLE_STATUS.get(self.status, "UNKNOWN"),
                "details": list(self.details),
            }
        }


def fcm_error(status: int, code: str | None = None, message: str | None = None) -> Refusal:
    """A refusal by FCM itself; a code of Google's (`RESOURCE_EXHAUSTED`) becomes FCM's own."""
    usual = FCM_CODE.get(status, "UNSPECIFIED_ERROR")
    if code is None or code == GOOGLE_STATUS.get(status):
        code = usual
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    words = message or WORDS.get(code, "Request contains an invalid argument.")
    return Refusal(status, words, ({"@type": kind, "errorCode": code},))


def bad_request(field: str, description: str) -> Refusal:
    """A refusal by the layer before FCM, which checks the shape of a request."""
    violation = {"field": field, "description": description}
    kind = "type.googleapis.com/google.rpc.BadRequest"
    return Refusal(400, description, ({"@type": kind, "fieldViolations": [violation]},))
