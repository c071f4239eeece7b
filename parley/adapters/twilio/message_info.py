"""Read Twilio's message resource as ``delivery.info``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from parley.domain.delivery.job_answers import Refused
from parley.domain.delivery.sms_segments import measure_sms
from schema.base import present

if TYPE_CHECKING:
    # Its import loads the whole of Twilio's API: a third of a second that senders do not need.
    from twilio.rest.api.v2010.account.message import MessageInstance

FAILED_STATUSES = frozenset({"failed", "undelivered", "canceled"})


class TwilioMessage(NamedTuple):
    """The fields of a message resource that say what became of it, as Twilio spells them."""

    sid: str
    status: str
    body: str | None
    num_segments: str | None
    price: str | None
    error_code: int | None
    error_message: str | None

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> TwilioMessage:
        """Read the JSON of a resource; raise ``ValueError`` if it is none."""
        sid = payload.get("sid") if isinstance(payload, Mapping) else None
        if not isinstance(sid, str):
            raise ValueError("a success without a message SID")
        return cls(
            sid=sid,
            status=payload.get("status") or "accepted",
            body=payload.get("body"),
            num_segments=payload.get("num_segments"),
            price=payload.get("price"),
            error_code=payload.get("error_code"),
            error_message=payload.get("error_message"),
        )

    @classmethod
    def from_instance(cls, found: MessageInstance) -> TwilioMessage:
        """Read a resource that the library has parsed."""
        return cls(
            sid=found.sid,
            status=found.status or "accepted",
            body=found.body,
            num_segments=found.num_segments,
            price=found.price,
            error_code=found.error_code,
            error_message=found.error_message,
        )


def message_info(message: TwilioMessage, body: str) -> dict[str, Any]:
    """Return the fields of ``SmsInfo``.

    A messaging service says 0 segments until it has chosen a sender; they are counted here then,
    on the text that Twilio will send, which may differ from ``body``.
    """
    size = measure_sms(message.body or body)
    segments = _count(message.num_segments) or size.segments
    return present(
        message_sid=message.sid,
        status=message.status,
        segments=segments,
        encoding=size.encoding,
        price=message.price,
    )


def failure_of(message: TwilioMessage, body: str) -> Refused | None:
    """Return the refusal that a message's status tells, or None."""
    if message.status not in FAILED_STATUSES:
        return None
    code = str(message.error_code or message.status)
    reason = message.error_message or f"Twilio's status of the message is {message.status}"
    return Refused(code, reason, message_info(message, body))


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0
