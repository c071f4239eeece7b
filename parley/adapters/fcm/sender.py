"""Send notifications to FCM: HTTP v1 on kept connections, many in flight.

firebase-admin's ``send_each`` uses a thread for each message and retries on its own for up to half
a minute; pacing and retry are Parley's (docs/adr/0006).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from parley.adapters.fcm.answers import read_answer
from parley.adapters.fcm.messages import encode
from parley.adapters.kept_connections import KeptConnections
from parley.adapters.request_groups import NoAnswer, Outcome
from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.structured_logging import error_text

FCM_URL = "https://fcm.googleapis.com"
IN_FLIGHT = 100
"""The most concurrent requests. FCM limits sends a minute (600,000 a project), not connections."""

TIMEOUT_SECONDS = 10.0
"""The timeout of a request. FCM asks clients to wait at least 10 seconds."""

_ACCEPTED = re.compile(rb'\s*\{\s*"name"\s*:\s*"([\w./:%-]+)"\s*\}\s*')
"""The usual answer. All others are read as JSON."""


class AccessToken(Protocol):
    """The source of the bearer token."""

    async def __call__(self) -> str | None:
        """Return the token, None if the server needs none. May raise."""
        ...

    def drop(self, token: str) -> None:
        """Forget a refused token; return another one next time, if possible."""
        ...


class NoAccessToken:
    """For a stand-in, which needs no token."""

    async def __call__(self) -> str | None:
        return None

    def drop(self, token: str) -> None:
        """Do nothing."""


class FcmSender:
    """A ``PushSender`` on FCM HTTP v1. Create it within the event loop, and close it."""

    def __init__(
        self, *, project_id: str, url: str = FCM_URL, access_token: AccessToken | None = None
    ) -> None:
        self._path = f"/v1/projects/{project_id}/messages:send"
        self._access_token = access_token or NoAccessToken()
        # FCM never redirects, and another server must not get the bearer token.
        self._connections = KeptConnections(url, most=IN_FLIGHT, timeout=TIMEOUT_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.close()

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        if not notifications:
            return []
        try:
            token = await self._access_token()
        except Exception as error:
            failed = PushResult(PushFate.REFUSED, code="NO_ACCESS_TOKEN", detail=error_text(error))
            return [failed] * len(notifications)
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        # Encoded only when sent, so that no more bodies are held than are in flight.
        outcomes = await self._connections.post(
            self._path, headers, map(encode, notifications), len(notifications)
        )
        results = [_result(outcome) for outcome in outcomes]
        if token is not None and _is_refused({result.fate for result in results}):
            self._access_token.drop(token)
        return results


def _result(outcome: Outcome) -> PushResult:
    if isinstance(outcome, NoAnswer):
        return PushResult(PushFate.RETRY, code=outcome.code, is_in_doubt=outcome.is_in_doubt)
    if outcome.status == 200 and (accepted := _ACCEPTED.fullmatch(outcome.body)):
        return PushResult(PushFate.ACCEPTED, provider_id=accepted[1].decode(), status=200)
    return read_answer(outcome.status, _json(outcome.body), outcome.headers)


def _is_refused(fates: set[PushFate]) -> bool:
    """Return whether other credentials may succeed."""
    is_wrong = PushFate.WRONG_SENDER in fates and PushFate.ACCEPTED not in fates
    return is_wrong or PushFate.REFUSED in fates


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
