"""Send notifications to FCM: HTTP v1 on kept connections, many in flight.

firebase-admin's ``send_each`` uses a thread for each message and retries on its own for up to half
a minute; pacing and retry are Parley's (docs/adr/0006).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import RequestError

from parley.adapters.failed_requests import may_be_sent
from parley.adapters.fcm.answers import read_answer
from parley.adapters.fcm.messages import encode
from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.structured_logging import error_text

FCM_URL = "https://fcm.googleapis.com"
IN_FLIGHT = 100
"""The most concurrent requests. FCM limits sends a minute (600,000 a project), not connections."""

TIMEOUT_SECONDS = 10.0
"""The timeout of a request. FCM asks clients to wait at least 10 seconds."""


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
        self._url = f"{url}/v1/projects/{project_id}/messages:send"
        self._access_token = access_token or NoAccessToken()
        timeout = timedelta(seconds=TIMEOUT_SECONDS)
        # FCM never redirects, and another server must not get the bearer token.
        self._client = (
            ClientBuilder()
            .timeout(timeout)
            .connect_timeout(timeout)
            .follow_redirects(False)
            .no_proxy()
            .build()
        )
        self._slots = asyncio.Semaphore(IN_FLIGHT)

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
        await self._client.close()

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
        results = await asyncio.gather(*(self._send(one, headers) for one in notifications))
        if token is not None and _is_refused({result.fate for result in results}):
            self._access_token.drop(token)
        return results

    async def _send(self, notification: Notification, headers: dict[str, str]) -> PushResult:
        async with self._slots:
            # Encoded only now, so that no more bodies are held than are in flight.
            data = json.dumps(encode(notification)).encode()
            request = self._client.post(self._url).headers(headers).body_bytes(data).build()
            try:
                answer = await request.send()
                text = bytes(await answer.bytes())
            except RequestError as error:
                code = type(error).__name__
                return PushResult(PushFate.RETRY, code=code, is_in_doubt=may_be_sent(error))
            return read_answer(answer.status, _json(text), answer.headers)


def _is_refused(fates: set[PushFate]) -> bool:
    """Return whether other credentials may succeed."""
    is_wrong = PushFate.WRONG_SENDER in fates and PushFate.ACCEPTED not in fates
    return is_wrong or PushFate.REFUSED in fates


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
