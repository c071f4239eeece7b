"""OAuth access tokens for Google's APIs, from the machine's credentials."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import google.auth

FCM_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"

_KEPT_SECONDS = 10.0
"""How long a refused fresh token, or a failure to get one, is kept. So an outage of FCM does not
become an outage of the token server."""


class Credentials(Protocol):
    """The methods of google-auth's credentials that are used here."""

    token: str | None

    @property
    def valid(self) -> bool: ...

    def refresh(self, request: object) -> None: ...


def machines_own(scope: str = FCM_SCOPE) -> Callable[[], Credentials]:
    """Return what loads this machine's credentials for one scope."""

    def load() -> Credentials:
        credentials: Credentials
        credentials, _ = google.auth.default(scopes=[scope])
        return credentials

    return load


class ApplicationDefaultToken:
    """Fetches and renews the token; await a call to get it. Raises google-auth's errors.

    The credentials are loaded at the first call, so a process that needs no token needs none.
    """

    def __init__(
        self,
        load: Callable[[], Credentials] | None = None,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load or machines_own()
        self._seconds = seconds
        self._credentials: Credentials | None = None
        self._lock = asyncio.Lock()
        self._is_dropped = False
        self._dropped_at = -_KEPT_SECONDS
        self._failure: Exception | None = None
        self._failed_at = 0.0

    async def __call__(self) -> str | None:
        async with self._lock:
            credentials = self._credentials
            if credentials is None or self._is_dropped or not credentials.valid:
                credentials = await self._renew()
            return credentials.token

    def drop(self, token: str) -> None:
        """Forget a refused token; the next call gets a fresh one.

        Many callers that were refused the same token cause one renewal.
        """
        now = self._seconds()
        held = self._credentials.token if self._credentials is not None else None
        if token == held and now - self._dropped_at >= _KEPT_SECONDS:
            self._is_dropped = True
            self._dropped_at = now

    async def _renew(self) -> Credentials:
        if self._failure is not None and self._seconds() - self._failed_at < _KEPT_SECONDS / 10:
            raise self._failure
        try:
            credentials = self._credentials = await asyncio.to_thread(self._fresh)
        except Exception as error:
            self._failure, self._failed_at = error, self._seconds()
            raise
        self._is_dropped, self._failure = False, None
        return credentials

    def _fresh(self) -> Credentials:
        credentials = self._credentials
        if credentials is None or self._is_dropped:
            # This finds a key that was replaced on this machine after the old one was refused.
            credentials = self._load()
        if self._is_dropped or not credentials.valid:
            # Nobody needs this HTTP client on a local stack, and it loads slowly.
            import google.auth.transport.requests

            credentials.refresh(google.auth.transport.requests.Request())
        return credentials
