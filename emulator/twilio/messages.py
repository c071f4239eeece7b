"""The messages of the account, and how each of them proceeds by the clock."""

import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from emulator.twilio.errors import words_of
from parley.domain.delivery.sms_segments import measure_sms

STEP_SECONDS = 0.05
PRICE_A_SEGMENT = 0.0079
"""US dollars, a list price; the real one depends on the country and the carrier."""

API_VERSION = "2010-04-01"
FINAL_STATUSES = frozenset({"delivered", "undelivered", "failed", "read", "received", "canceled"})
_UNSENT = frozenset({"accepted", "queued", "scheduled", "failed", "canceled"})
_FAILED_AT_ONCE = frozenset({30001, 30002, 30034, 30036})
"""Codes with which a message fails at Twilio, before any carrier; so do all of 2xxxx."""


@dataclass(frozen=True, slots=True)
class Step:
    """A later status of a message, `after` seconds from its acceptance."""

    after: float
    status: str
    error_code: int | None = None


_CANCELED, _SCHEDULED = Step(0, "canceled"), Step(0, "scheduled")
_ACCEPTED, _QUEUED = Step(0, "accepted"), Step(0, "queued")


@lru_cache(maxsize=256)
def steps_to(end: str | int | None) -> tuple[Step, ...]:
    """Return the statuses on the way to an end: an error code, a last status, or delivery."""
    if isinstance(end, str) and end.isdigit():
        end = int(end)
    if isinstance(end, int):
        if end in _FAILED_AT_ONCE or end < 30000:
            return (Step(STEP_SECONDS, "failed", end),)
        return (Step(STEP_SECONDS, "sent"), Step(2 * STEP_SECONDS, "undelivered", end))
    ways = {
        "failed": ("failed",),
        "sent": ("sent",),
        "undelivered": ("sent", "undelivered"),
        "read": ("sent", "delivered", "read"),
    }
    way = ways.get(end or "", ("sent", "delivered"))
    codes = {"failed": 30008, "undelivered": 30008}
    return tuple(
        Step(number * STEP_SECONDS, status, codes.get(status))
        for number, status in enumerate(way, start=1)
    )


@dataclass(slots=True)
class StoredMessage:
    """One message. `begins`: when its statuses begin, which is later for a scheduled one."""

    account_sid: str
    to: str
    from_: str | None
    body: str
    created: float
    begins: float
    steps: tuple[Step, ...]
    messaging_service_sid: str | None = None
    media: int = 0
    direction: str = "outbound-api"
    status_callback: str | None = None
    is_canceled: bool = False
    sid: str = field(default="")

    def __post_init__(self) -> None:
        self.sid = self.sid or ("MM" if self.media else "SM") + secrets.token_hex(16)

    def step_at(self, now: float) -> Step:
        """Return the status at a time, as the last step that was reached."""
        if self.is_canceled:
            return _CANCELED
        for step in reversed(self.steps):
            if self.begins + step.after <= now:
                return step
        if now < self.begins:
            return _SCHEDULED
        return _ACCEPTED if self.messaging_service_sid else _QUEUED

    def sent_at(self, now: float) -> float | None:
        """Return when the message was sent; None if it was not by then."""
        return self._sent_by(self.step_at(now))

    def sender_at(self, now: float) -> str | None:
        """Return the sender; a messaging service has chosen none until the message is sent."""
        return self._sender(self.sent_at(now))

    def to_json(self, now: float) -> dict[str, Any]:
        """Return the resource; counts and prices are texts, as Twilio's are."""
        step = self.step_at(now)
        sent_at = self._sent_by(step)
        segments = measure_sms(self.body).segments
        is_counted = self.messaging_service_sid is None or sent_at is not None
        price = f"-{PRICE_A_SEGMENT * segments:.5f}" if sent_at is not None else None
        updated = self.begins + step.after if step.after else self.created
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc_2822(self.created),
            "date_sent": rfc_2822(sent_at) if sent_at is not None else None,
            "date_updated": rfc_2822(updated),
            "direction": self.direction,
            "error_code": step.error_code,
            "error_message": words_of(step.error_code) if step.error_code else None,
            "from": self._sender(sent_at),
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(self.media),
            "num_segments": str(segments) if is_counted else "0",
            "price": price,
            "price_unit": "USD",
            "sid": self.sid,
            "status": step.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": self.to,
            "uri": f"{path}.json",
        }

    def _sent_by(self, step: Step) -> float | None:
        if self.direction == "inbound":
            return self.created
        return None if step.status in _UNSENT else self.begins + self.steps[0].after

    def _sender(self, sent_at: float | None) -> str | None:
        if self.messaging_service_sid is None or sent_at is not None:
            return self.from_ or number_of(self.messaging_service_sid or "")
        return None


class Messages:
    """All messages, by SID and in the order of their creation."""

    def __init__(self) -> None:
        self._by_sid: dict[str, StoredMessage] = {}

    def add(self, message: StoredMessage) -> None:
        self._by_sid[message.sid] = message

    def find(self, sid: str) -> StoredMessage | None:
        return self._by_sid.get(sid)

    def remove(self, sid: str) -> None:
        del self._by_sid[sid]

    def clear(self) -> None:
        self._by_sid.clear()

    def newest_first(self) -> Iterator[StoredMessage]:
        return reversed(self._by_sid.values())


def number_of(messaging_service_sid: str) -> str:
    """Return the number in the pool of a messaging service, always the same."""
    return f"+120255501{zlib.crc32(messaging_service_sid.encode()) % 100:02d}"


def rfc_2822(at: float) -> str:
    """Return a time as `Tue, 01 Dec 2026 10:00:00 +0000`."""
    return _rfc_2822(int(at))


@lru_cache(maxsize=1024)
def _rfc_2822(at: int) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC))
