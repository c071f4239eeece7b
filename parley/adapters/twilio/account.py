"""Connect the SMS channel to a Twilio account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from parley.domain.delivery.job_answers import Refused
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import SmsNotAccepted, SmsProvider
from parley.domain.ports import Clock, JobAttempt
from parley.settings import Settings

if TYPE_CHECKING:
    from twilio.rest import Client

NOT_CONFIGURED = "notConfigured"
"""The code of a job that no provider was called for."""


class UnconfiguredSms:
    """A ``JobSender`` of SMS without an account: it refuses each job and names the variables."""

    def __init__(self, missing: str) -> None:
        self._missing = missing

    async def send(self, request: SmsRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        sentence = (
            f"{self._missing} is not set for this worker, so no SMS can be sent; set it and set "
            "delivery.state to RETRY"
        )
        raise SmsNotAccepted(Refused(NOT_CONFIGURED, sentence))


def missing_variables(settings: Settings) -> str | None:
    """Return the variables that Twilio needs and that are not set, or None."""
    wanted = {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
    }
    return " and ".join(name for name, value in wanted.items() if value is None) or None


@asynccontextmanager
async def connect_twilio(settings: Settings, *, clock: Clock) -> AsyncIterator[SmsProvider]:
    """Yield the account as a provider of SMS; its connections end with the context.

    Without an account, the provider refuses each job with the name of the missing variable.
    """
    missing = missing_variables(settings)
    if missing is not None:
        yield SmsProvider(UnconfiguredSms(missing))
        return
    # The library is 8 MiB, for processes with an account.
    from parley.adapters.twilio.sms_look_up import TwilioLookUp
    from parley.adapters.twilio.sms_sender import TwilioSender

    async with twilio_client(settings) as client:
        yield SmsProvider(
            sender=TwilioSender(client, public_url=settings.public_url),
            look_up=TwilioLookUp(client, clock=clock),
        )


@asynccontextmanager
async def twilio_client(settings: Settings) -> AsyncIterator[Client]:
    """Yield Twilio's own client on our connections, for its ``..._async`` methods."""
    from twilio.rest import Client

    from parley.adapters.twilio.http_client import PooledHttpClient

    assert settings.twilio_account_sid is not None
    assert settings.twilio_auth_token is not None
    http_client = PooledHttpClient(url=settings.twilio_url)
    try:
        yield Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=http_client,
        )
    finally:
        http_client.close()
