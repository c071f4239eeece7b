"""A server that records what the sender asks of Twilio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from emulator.twilio.account import MADE_UP_SID, MADE_UP_TOKEN
from parley.adapters.twilio.account import connect_twilio
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import SmsNotAccepted, SmsProvider
from parley.domain.ports import JobAttempt
from parley.settings import Settings
from parley.testing.clock import START, FixedClock
from schema import paths

PUBLIC = "https://acme.example.com"
SID = "SM" + "1" * 32
JOB = JobAttempt(paths.non_chat_sms("job1"), 3, START)


@dataclass
class Recorder:
    """Answers each create as told, and keeps what was asked."""

    answer: Callable[[], web.StreamResponse] = lambda: web.json_response(accepted(), status=201)
    forms: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    drops: bool = False
    connection: asyncio.Transport | None = None

    async def create(self, request: web.Request) -> web.StreamResponse:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        self.headers.append(dict(request.headers))
        self.connection = request.transport
        if self.drops and request.transport is not None:
            request.transport.abort()
        return self.answer()

    async def close_idle(self) -> None:
        """End the connection of the last create, and wait until the client has closed it too."""
        assert self.connection is not None
        self.connection.write_eof()
        async with asyncio.timeout(60):
            while not self.connection.is_closing():
                await asyncio.sleep(0)


def accepted(**others: Any) -> dict[str, Any]:
    return {"sid": SID, "status": "queued", "num_segments": "1", "body": "hi"} | others


def settings(url: str, **others: str) -> Settings:
    return Settings.from_environment(
        {
            "GCLOUD_PROJECT": "demo-parley",
            "PARLEY_TWILIO_URL": url,
            "TWILIO_ACCOUNT_SID": MADE_UP_SID,
            "TWILIO_AUTH_TOKEN": MADE_UP_TOKEN,
            "PARLEY_PUBLIC_URL": PUBLIC,
        }
        | others
    )


@dataclass
class Site:
    recorder: Recorder
    provider: SmsProvider

    async def send(self, **fields: Any) -> dict[str, Any]:
        given = {"to": "+12125550123", "body": "hi", "sender": "+12025550100"} | fields
        return dict(await self.provider.sender.send(SmsRequest(**given), JOB))

    async def refusal(self, **fields: Any) -> Any:
        with pytest.raises(SmsNotAccepted) as raised:
            await self.send(**fields)
        return raised.value.answer


@asynccontextmanager
async def serving(**others: str) -> AsyncIterator[Site]:
    recorder = Recorder()
    application = web.Application()
    path = f"/2010-04-01/Accounts/{MADE_UP_SID}/Messages.json"
    application.router.add_post(path, recorder.create)
    async with TestServer(application) as server:
        found = settings(str(server.make_url("")).rstrip("/"), **others)
        async with connect_twilio(found, clock=FixedClock()) as provider:
            yield Site(recorder, provider)
