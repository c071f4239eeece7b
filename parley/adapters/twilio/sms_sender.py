"""Send SMS by Twilio's Messages API.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from twilio.base import values
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from parley.adapters.twilio.error_table import classify_twilio_error
from parley.adapters.twilio.message_info import failure_of, message_info
from parley.domain.delivery.sms import SmsRequest, sms_job_id
from parley.domain.delivery.sms_provider import SmsNotAccepted
from parley.domain.ports import JobAttempt

LONGEST_VALIDITY = 36_000
"""Seconds; ``ValidityPeriod`` is a whole number from 1 to this, its default."""


class TwilioSender:
    """A ``JobSender`` of SMS; it raises ``SmsNotAccepted``.

    ``public_url`` is where Twilio reaches the webhooks. Without it, or at an address that Twilio
    does not call, no status comes back.
    """

    def __init__(self, client: Client, *, public_url: str | None) -> None:
        self._messages = client.messages
        self._public_url = public_url

    async def send(self, request: SmsRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        """Hand over one SMS; return the fields of ``SmsInfo``."""
        try:
            message = await self._messages.create_async(
                to=request.to,
                body=request.body,
                messaging_service_sid=_or_unset(request.messaging_service_sid),
                from_=_or_unset(request.sender if not request.messaging_service_sid else None),
                validity_period=_or_unset(_validity(request.expire_at, attempt.started_at)),
                status_callback=_or_unset(self._callback(attempt)),
            )
        except Exception as error:
            raise SmsNotAccepted(classify_twilio_error(error)) from error
        return _accepted(message, request.body)

    def _callback(self, attempt: JobAttempt) -> str | None:
        return status_callback(self._public_url, attempt) if self._public_url else None


def status_callback(public_url: str, attempt: JobAttempt) -> str:
    """Return the address for the statuses of an attempt.

    Everything but unreserved characters and the colon between campaign and person is
    percent-encoded, so the address is signed exactly as it is written here.
    """
    job_id = quote(sms_job_id(attempt.path), safe=":")
    return f"{public_url}/webhooks/twilio/status/{job_id}?attempt={attempt.attempt}"


def _accepted(message: MessageInstance, body: str) -> Mapping[str, Any]:
    if not isinstance(message.sid, str):
        # A success that names no message is not Twilio's answer.
        raise SmsNotAccepted(classify_twilio_error(ValueError("a success without a message SID")))
    if (refused := failure_of(message, body)) is not None:
        raise SmsNotAccepted(refused)
    return message_info(message, body)


def _validity(expire_at: datetime | None, now: datetime) -> int | None:
    """Return ``ValidityPeriod`` in seconds; None if Twilio's own limit comes first."""
    if expire_at is None:
        return None
    seconds = int((expire_at - now).total_seconds())
    return max(1, seconds) if seconds < LONGEST_VALIDITY else None


def _or_unset(value: Any) -> Any:
    return values.unset if value is None else value
