"""Accounts by the Identity Toolkit API, as the Admin SDK does: disable, enable, look up.

The Admin SDK's call blocks a thread and holds a session of its own; this one waits on the loop.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from google.auth.exceptions import GoogleAuthError

from parley.errors import PermanentError, RetryableError

if TYPE_CHECKING:
    import aiohttp

IDENTITY_SCOPE = "https://www.googleapis.com/auth/identitytoolkit"
IDENTITY_URL = "https://identitytoolkit.googleapis.com"

_EMULATORS_TOKEN = "owner"
_SECONDS = 10.0
_NO_ACCOUNT = "USER_NOT_FOUND"
_IS_THERE = "DUPLICATE_LOCAL_ID"


class IdentityAccounts:
    """Implements the port ``Accounts``. It connects when it is first asked."""

    def __init__(self, url: str, token: Callable[[], Awaitable[str | None]]) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._url = url
        self._token = token

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        project_id: str,
        *,
        emulator_host: str | None,
        access_token: Callable[[], Awaitable[str | None]] | None,
    ) -> AsyncIterator[Self]:
        """Yield the accounts of a project; its connections end with the context."""
        base = f"http://{emulator_host}/identitytoolkit.googleapis.com" if emulator_host else None
        url = f"{base or IDENTITY_URL}/v1/projects/{project_id}/accounts"
        accounts = cls(url, access_token or _emulators_token)
        try:
            yield accounts
        finally:
            if accounts._session is not None:
                await accounts._session.close()

    async def disable(self, uid: str) -> None:
        since = str(int(datetime.now(UTC).timestamp()))
        disabled = {"localId": uid, "disableUser": True, "validSince": since}
        if await self._post(":update", disabled, unless=_NO_ACCOUNT) is None:
            # A custom token would make the account when its person signs in.
            await self._post("", {"localId": uid, "disabled": True}, unless=_IS_THERE)
            await self._post(":update", disabled, unless=_NO_ACCOUNT)

    async def enable(self, uid: str) -> None:
        await self._post(":update", {"localId": uid, "disableUser": False}, unless=_NO_ACCOUNT)

    async def phone_of(self, uid: str) -> str | None:
        text = await self._post(":lookup", {"localId": [uid]}, unless=_NO_ACCOUNT)
        try:
            found = json.loads(text or "{}").get("users", [])
            phone = found[0].get("phoneNumber") if found else None
        except (ValueError, AttributeError, LookupError, TypeError) as error:
            raise RetryableError("Firebase Authentication answered no accounts") from error
        return phone if isinstance(phone, str) else None

    async def _post(self, method: str, fields: dict[str, Any], *, unless: str) -> str | None:
        """Return the answer, None if it was refused by this code."""
        # 6 MiB, for processes that change accounts.
        import aiohttp

        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout)
        try:
            headers = {"Authorization": f"Bearer {await self._token()}"}
            url = f"{self._url}{method}"
            async with self._session.post(url, json=fields, headers=headers) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RetryableError(f"Firebase Authentication is away: {error}") from error
        except GoogleAuthError as error:
            raise RetryableError(f"no token for Firebase Authentication: {error}") from error
        if answer.status < 400:
            return text
        if unless in text:
            return None
        said = f"Firebase Authentication answered {answer.status} to a call for an account"
        if answer.status in (408, 429) or answer.status >= 500:
            raise RetryableError(said)
        raise PermanentError(f"{said}: {text[:300]}")


async def _emulators_token() -> str:
    return _EMULATORS_TOKEN
