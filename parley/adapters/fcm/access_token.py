"""An OAuth access token for FCM from the credentials of the machine."""

from __future__ import annotations

import asyncio

import google.auth
import google.auth.transport.requests

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"


class ApplicationDefaultToken:
    """Fetches and renews the token; awaitable by being called."""

    def __init__(self) -> None:
        self._credentials, _ = google.auth.default(scopes=[_SCOPE])
        self._lock = asyncio.Lock()

    async def __call__(self) -> str | None:
        async with self._lock:
            if not self._credentials.valid:
                request = google.auth.transport.requests.Request()
                await asyncio.to_thread(self._credentials.refresh, request)
            token: str | None = self._credentials.token
            return token
