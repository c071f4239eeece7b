"""The account of the stand-in: made up, unless the environment names another."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import encode_basic_auth

MADE_UP_SID = "ACdec0deddec0deddec0deddec0deddec0"
MADE_UP_TOKEN = "0123456789abcdef0123456789abcdef"  # opens nothing


@dataclass(frozen=True)
class Account:
    """An account SID with its auth token, which also signs the webhooks."""

    sid: str = MADE_UP_SID
    token: str = MADE_UP_TOKEN

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Account":
        return cls(
            environment.get("TWILIO_ACCOUNT_SID", "").strip() or MADE_UP_SID,
            environment.get("TWILIO_AUTH_TOKEN", "").strip() or MADE_UP_TOKEN,
        )

    @property
    def authorization(self) -> str:
        """Return the header of a caller with the right credentials."""
        return encode_basic_auth(self.sid, self.token)
