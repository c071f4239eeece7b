"""A running stand-in for Twilio, with the official client and the control side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from emulator.twilio.server import TwilioStandIn
from tests.twilio_client import official_client

TO, FROM = "+12125550123", "+12025550100"
SERVICE = "MG" + "a" * 32


class Twilio:
    """Calls a stand-in as an app with the official client does, and as a test does."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.client = official_client(url)
        self._http = http

    async def call(self, work: Callable[[Client], Any]) -> Any:
        return await asyncio.to_thread(work, self.client)

    async def create(self, **fields: Any) -> Any:
        given = {"to": TO, "from_": FROM, "body": "hi"} | fields
        return await self.call(lambda client: client.messages.create(**given))

    async def refusal(self, **fields: Any) -> TwilioRestException:
        with pytest.raises(TwilioRestException) as raised:
            await self.create(**fields)
        return raised.value

    async def put_faults(self, *faults: dict[str, Any]) -> None:
        async with self._http.put(f"{self.url}/_/faults", json=faults) as answer:
            assert answer.status == 200, await answer.text()

    async def get(self, path: str) -> Any:
        async with self._http.get(f"{self.url}{path}") as answer:
            return await answer.json()

    async def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.get("/_/messages")
        return found

    async def settled(self, sid: str, *, until: str = "delivered") -> Any:
        """Fetch a message until it has this status."""
        async with asyncio.timeout(60):
            while True:
                message = await self.call(lambda client: client.messages(sid).fetch())
                if message.status == until:
                    return message


@asynccontextmanager
async def serving() -> AsyncIterator[Twilio]:
    """Run an empty stand-in in this process."""
    async with (
        TwilioStandIn().serving() as url,
        aiohttp.ClientSession() as http,
    ):
        yield Twilio(url, http)
