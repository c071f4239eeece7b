"""Handing notifications to FCM: HTTP v1 on kept connections, many in flight.

firebase-admin's ``send_each`` takes a thread a message and retries by itself for up to half a
minute; pacing and retry are Parley's (docs/adr/0006).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

import aiohttp

from parley.adapters.fcm.answers import read_answer
from parley.adapters.fcm.messages import encode
from parley.domain.push import Notification, PushFate, PushResult

FCM_URL = "https://fcm.googleapis.com"
IN_FLIGHT = 100
"""Requests at once. FCM counts sends a minute (600,000 a project), not connections."""

TIMEOUT_SECONDS = 10.0
"""FCM asks clients to wait at least 10 seconds before they give a request up."""

AccessToken = Callable[[], Awaitable[str | None]]


async def no_access_token() -> str | None:
    """For a stand-in, which asks for none."""
    return None


class FcmSender:
    """A ``PushSender`` on FCM HTTP v1. Make it within the event loop, and close it."""

    def __init__(
        self, *, project_id: str, url: str = FCM_URL, access_token: AccessToken = no_access_token
    ) -> None:
        self._url = f"{url}/v1/projects/{project_id}/messages:send"
        self._access_token = access_token
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=IN_FLIGHT),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
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
        """End the connections."""
        await self._session.close()

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        try:
            token = await self._access_token()
        except Exception as error:
            failed = PushResult(PushFate.RETRY, code=f"NO_ACCESS_TOKEN: {error}", retry_after=5.0)
            return [failed] * len(notifications)
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return await asyncio.gather(*(self._send(one, headers) for one in notifications))

    async def _send(self, notification: Notification, headers: dict[str, str]) -> PushResult:
        data = json.dumps(encode(notification)).encode()
        async with self._slots:
            try:
                async with self._session.post(self._url, data=data, headers=headers) as answer:
                    text = await answer.read()
                    return read_answer(answer.status, _json(text), answer.headers)
            except (aiohttp.ClientError, TimeoutError) as error:
                # It may have been accepted; the tag lets the repeat replace it.
                return PushResult(PushFate.RETRY, code=type(error).__name__)


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
