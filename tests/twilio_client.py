"""The official client as it comes, led to a stand-in by its address alone."""

from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from emulator.twilio.account import Account

TWILIO = "https://api.twilio.com"


class LedAway(TwilioHttpClient):  # type: ignore[misc]  # untyped
    """The official HTTP client, with another scheme and host."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=10)
        self.own_url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, url.replace(TWILIO, self.own_url, 1), *args, **kwargs)


def official_client(url: str, account: Account | None = None) -> Client:
    """Return the synchronous client; call it in a thread."""
    owner = account or Account()
    return Client(owner.sid, owner.token, http_client=LedAway(url), environment={"no": "variable"})
