"""The machine's time, and random ids."""

from __future__ import annotations

import asyncio
import secrets
import string
from datetime import UTC, datetime

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 20


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RandomIds:
    """Ids like those of Firestore's clients: 20 letters and digits, 119 bits."""

    def new_id(self) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
