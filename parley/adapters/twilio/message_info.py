"""Read Twilio's message resource as ``delivery.info``."""

from __future__ import annotations

from typing import Any

from twilio.rest.api.v2010.account.message import MessageInstance

from parley.domain.delivery.job_answers import Refused
from parley.domain.delivery.sms_segments import measure_sms
from schema.sms import SmsInfo

FAILED_STATUSES = frozenset({"failed", "undelivered", "canceled"})


def message_info(message: MessageInstance, body: str) -> dict[str, Any]:
    """Return the fields of ``SmsInfo``.

    A messaging service says 0 segments until it has chosen a sender; they are counted here then,
    on the text that Twilio will send, which may differ from ``body``.
    """
    size = measure_sms(message.body or body)
    segments = _count(message.num_segments) or size.segments
    info = SmsInfo(
        message_sid=message.sid,
        status=message.status or "accepted",
        segments=segments,
        encoding=size.encoding,
        price=message.price,
    )
    return info.fields()


def failure_of(message: MessageInstance, body: str) -> Refused | None:
    """Return the refusal that a message's status tells, or None."""
    if message.status not in FAILED_STATUSES:
        return None
    code = str(message.error_code or message.status)
    reason = message.error_message or f"Twilio's status of the message is {message.status}"
    return Refused(code, reason, message_info(message, body))


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0
