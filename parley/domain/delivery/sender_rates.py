"""Which sender a service's SMS go out from, and how fast that sender may send. Pure.

Carriers take segments from each number at a rate by its type, and Twilio queues the rest for up to
ten hours (https://www.twilio.com/docs/api/errors/21611). Parley hands messages over at the sender's
rate, so the queue stays empty, and a STOP or a pause still holds back what has not been sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from parley.domain.delivery.phone_numbers import read_number
from parley.domain.delivery.sms import LOCAL_SENDER, SmsRequest
from schema.channel_settings import SmsSettings

SenderType = Literal["longCode", "tollFree", "shortCode", "name", "messagingService"]

SEGMENTS_PER_SECOND: Final[Mapping[SenderType, float | None]] = MappingProxyType(
    {"longCode": 1.0, "tollFree": 3.0, "shortCode": 100.0, "name": 10.0, "messagingService": None}
)
"""What Twilio sends in a second. A messaging service has as much as its numbers together, which
only its owner knows: without ``segmentsPerSecond`` it is not paced."""

CARRIER_QUEUE: Final = timedelta(hours=10)
"""Messages that wait longer for their carrier are dropped by Twilio (errors 21611 and 30001)."""

_MESSAGING_SERVICE = "MG"


@dataclass(frozen=True, slots=True)
class SmsSender:
    """A number, a short code, a name, or the SID of a messaging service.

    ``segments_per_second`` is None for one that is not paced.
    """

    name: str
    segments_per_second: float | None

    def takes(self, segments: int) -> timedelta:
        """Return how long the sender takes for so many segments."""
        rate = self.segments_per_second
        return timedelta(0) if rate is None else timedelta(seconds=segments / rate)


def sender_type(name: str) -> SenderType:
    """Return the type of a sender."""
    if is_messaging_service(name):
        return "messagingService"
    if name.isdigit():
        return "shortCode"
    if not name.startswith("+"):
        return "name"
    number = read_number(name)
    return "tollFree" if number is not None and number.type == "tollFree" else "longCode"


def is_messaging_service(name: str) -> bool:
    """Return whether a sender is a messaging service: ``MG`` and 32 hex digits."""
    return name.startswith(_MESSAGING_SERVICE) and len(name) == 34


def choose_sender(settings: SmsSettings | None, *, is_local: bool) -> SmsSender | None:
    """Return the sender of a service, None if its settings name none.

    On the local stack (``is_local``) such a service sends from ``LOCAL_SENDER``, which is not
    paced: no carrier is behind it.
    """
    name = None if settings is None else settings.messaging_service_sid or settings.from_
    rate = None if settings is None else settings.segments_per_second
    if is_local and name in (None, LOCAL_SENDER):
        return SmsSender(LOCAL_SENDER, rate)
    return None if name is None else SmsSender(name, rate or SEGMENTS_PER_SECOND[sender_type(name)])


def sms_request(sender: str, to: str, body: str, expire_at: datetime | None) -> SmsRequest:
    """Return an SMS from a sender of any type."""
    is_service = is_messaging_service(sender)
    return SmsRequest(
        to=to,
        body=body,
        messaging_service_sid=sender if is_service else None,
        sender=None if is_service else sender,
        expire_at=expire_at,
    )


def queue_warning(sender: SmsSender, segments: int) -> str | None:
    """Return what to tell somebody who sends so many segments at once, None if they go in time."""
    time = sender.takes(segments)
    if time <= CARRIER_QUEUE:
        return None
    hours = time.total_seconds() / 3600
    return (
        f"{segments} segments take {hours:.1f} hours from {sender.name} at "
        f"{sender.segments_per_second:g} a second, and carriers' queues hold "
        f"{CARRIER_QUEUE.total_seconds() / 3600:g} hours; use a faster sender, or several days"
    )
