"""Ask Twilio about the account that SMS are sent from."""

from __future__ import annotations

from parley.adapters.twilio.account import twilio_client
from parley.adapters.twilio.error_table import classify_twilio_error
from parley.adapters.twilio.http_client import TWILIO_URL
from parley.errors import ParleyError
from parley.settings import Settings


class AccountUnusable(ParleyError):
    """The account does not answer, or cannot send."""


async def check_account(settings: Settings) -> str:
    """Return the account and its address; raise ``AccountUnusable`` with what is wrong.

    The settings name an account.
    """
    assert settings.twilio_account_sid is not None
    try:
        async with twilio_client(settings) as client:
            account = await client.api.accounts(settings.twilio_account_sid).fetch_async()
    except Exception as error:
        raise AccountUnusable(classify_twilio_error(error).message) from error
    if account.status != "active":
        raise AccountUnusable(f"{account.sid} is {account.status}, and sends only when active")
    return f"{account.sid}, active, at {settings.twilio_url or TWILIO_URL}"
