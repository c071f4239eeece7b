"""Send SMS by Twilio's Messages API.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic_core import from_json
from twilio.rest import Client

from parley.adapters.twilio.error_table import classify_twilio_error
from parley.adapters.twilio.http_client import TWILIO_URL, PooledHttpClient, encode_form
from parley.adapters.twilio.message_info import TwilioMessage, failure_of, message_info
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
        # The library's ``messages`` reads three dates of each answer that nobody looks at. With
        # the layers between it and the HTTP client, that is a fifth of the CPU of a send.
        self._http_client: PooledHttpClient = client.http_client
        path = f"/2010-04-01/Accounts/{client.account_sid}/Messages.json"
        self._url = client.get_hostname(f"{TWILIO_URL}{path}")
        self._http_client.prepare_post(self._url, client.get_headers("POST", None), client.auth)
        self._public_url = public_url

    async def send(self, request: SmsRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        """Hand over one SMS; return the fields of ``SmsInfo``."""
        try:
            form = encode_form(self._form(request, attempt)).encode()
            answer = await self._http_client.post(self._url, form)
            message = TwilioMessage.from_payload(from_json(answer))
        except Exception as error:
            raise SmsNotAccepted(classify_twilio_error(error)) from error
        if (refused := failure_of(message, request.body)) is not None:
            raise SmsNotAccepted(refused)
        return message_info(message, request.body)

    def _form(self, request: SmsRequest, attempt: JobAttempt) -> dict[str, object]:
        form: dict[str, object] = {"To": request.to, "Body": request.body}
        if request.messaging_service_sid is not None:
            form["MessagingServiceSid"] = request.messaging_service_sid
        elif request.sender is not None:
            form["From"] = request.sender
        if (validity := _validity(request.expire_at, attempt.started_at)) is not None:
            form["ValidityPeriod"] = validity
        if self._public_url is not None:
            form["StatusCallback"] = status_callback(self._public_url, attempt)
        return form


def status_callback(public_url: str, attempt: JobAttempt) -> str:
    """Return the address for the statuses of an attempt.

    Everything but unreserved characters and the colon between campaign and person is
    percent-encoded, so the address is signed exactly as it is written here.
    """
    job_id = quote(sms_job_id(attempt.path), safe=":")
    return f"{public_url}/webhooks/twilio/status/{job_id}?attempt={attempt.attempt}"


def _validity(expire_at: datetime | None, now: datetime) -> int | None:
    """Return ``ValidityPeriod`` in seconds; None if Twilio's own limit comes first."""
    if expire_at is None:
        return None
    seconds = int((expire_at - now).total_seconds())
    return max(1, seconds) if seconds < LONGEST_VALIDITY else None
