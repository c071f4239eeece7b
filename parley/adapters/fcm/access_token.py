"""An OAuth access token for FCM from the credentials of the machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import google.auth
import google.auth.transport.requests

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"

_KEPT_SECONDS = 10.0
"""A new token that is refused as well is kept so long, and so is a failure to get one: an outage
must not become one of the token server's, too."""


class Credentials(Protocol):
    """What is used of google-auth's credentials."""

    token: str | None

    @property
    def valid(self) -> bool: ...

    def refresh(self, request: object) -> None: ...


def _machines_own() -> Credentials:
    credentials: Credentials
    credentials, _ = google.auth.default(scopes=[_SCOPE])
    return credentials


class ApplicationDefaultToken:
    """Fetches and renews the token; awaitable by being called. Raises what google-auth raises."""

    def __init__(
        self,
        load: Callable[[], Credentials] = _machines_own,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._seconds = seconds
        self._credentials = load()
        self._lock = asyncio.Lock()
        self._is_dropped = False
        self._dropped_at = -_KEPT_SECONDS
        self._failure: Exception | None = None
        self._failed_at = 0.0

    async def __call__(self) -> str | None:
        async with self._lock:
            if self._is_dropped or not self._credentials.valid:
                await self._renew()
            return self._credentials.token

    def drop(self, token: str) -> None:
        """Forget this token, which was refused; whoever asks next gets a fresh one.

        Many who were refused the same one make for one new token.
        """
        now = self._seconds()
        if token == self._credentials.token and now - self._dropped_at >= _KEPT_SECONDS:
            self._is_dropped = True
            self._dropped_at = now

    async def _renew(self) -> None:
        if self._failure is not None and self._seconds() - self._failed_at < _KEPT_SECONDS / 10:
            raise self._failure
        try:
            self._credentials = await asyncio.to_thread(self._fresh)
        except Exception as error:
            self._failure, self._failed_at = error, self._seconds()
            raise
        self._is_dropped, self._failure = False, None

    def _fresh(self) -> Credentials:
        # A key that was exchanged on this machine is found when the old one is refused.
        credentials = self._load() if self._is_dropped else self._credentials
        credentials.refresh(google.auth.transport.requests.Request())
        return credentials
