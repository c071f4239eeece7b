"""The error answers of Twilio's REST API, and of a proxy before it.

https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions
"""

from dataclasses import dataclass, field

from emulator.journal import to_bytes

JSON = "application/json"

USUAL_CODE = {
    400: 20001,
    401: 20003,
    403: 20403,
    404: 20404,
    405: 20004,
    429: 20429,
    500: 20500,
    503: 20503,
}
"""The code that Twilio gives with a status, for faults without one."""

WORDS = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource was not found",
    20403: "Forbidden",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid From Number (caller ID)",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' "
    "number",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number "
    "for this destination",
    21608: "The number is unverified. Trial accounts cannot send messages to unverified numbers",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
    21614: "'To' number is not a valid mobile number",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
    30036: "Validity period expired",
}

PAGE, EMPTY = "HTML", "EMPTY"


@dataclass(frozen=True)
class Answer:
    """The answer to a call; `body` of a JSON answer goes into the journal as it is."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An answer with Twilio's error body: `code`, `message`, `more_info` and `status`, no more."""

    def __init__(self, code: int, message: str | None = None, status: int = 400) -> None:
        super().__init__(message or words_of(code))
        self.code = code
        self.status = status

    def answer(self) -> Answer:
        body = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else {}
        return Answer(self.status, to_bytes(body), headers=headers)


def words_of(code: int) -> str:
    return WORDS.get(code, f"Error {code}")


def not_found(path: str) -> Refusal:
    return Refusal(20404, f"The requested resource {path} was not found", 404)


def ordered_answer(status: int | None, code: str | int | None) -> Answer | None:
    """Return the refusal that a fault requests, or None if it lets the message pass."""
    status = status or 200
    if code == PAGE:
        page = f"<!DOCTYPE html><html lang=en><title>{status}</title><p>Not Twilio's answer.\n"
        return Answer(status, page.encode(), "text/html")
    if status < 300 and code != EMPTY:
        return None
    if code == EMPTY or status < 400:
        return Answer(status, b"", "text/plain", {"Location": "/"} if status < 400 else {})
    own = str(code or "")
    number = int(own) if own.isdigit() else USUAL_CODE.get(status, 20000 + status)
    return Refusal(number, status=status).answer()
