"""A mail server for tests that counts and closes its connections."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Protocol

from emulator.ports import HOST
from emulator.smtp.server import SmtpStandIn
from parley.adapters.smtp.connections import Connections
from parley.adapters.smtp.mail_server import MailServer
from parley.adapters.smtp.smtp_sender import SmtpSender
from parley.domain.delivery.email_provider import EmailNotAccepted
from parley.domain.delivery.job_answers import Refused, Temporary
from tests.contract.mail_servers import ATTEMPT, request


class Server:
    """A stand-in that counts and closes its connections."""

    def __init__(self) -> None:
        self.stand_in = SmtpStandIn()
        self.protocols: list[Protocol] = []
        self.port = 0

    def url(self, user: str = "", *, scheme: str = "smtp", host: str = HOST) -> MailServer:
        return MailServer.at(f"{scheme}://{user}{host}:{self.port}")

    @asynccontextmanager
    async def serve(
        self, *, tls: ssl.SSLContext | None = None, **options: Any
    ) -> AsyncIterator[None]:
        def connected() -> Protocol:
            self.protocols.append(self.stand_in.protocol(**options))
            return self.protocols[-1]

        loop = asyncio.get_running_loop()
        listening = await loop.create_server(connected, HOST, 0, ssl=tls)
        self.port = listening.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            listening.close()

    async def close_connections(self) -> None:
        """Close what is open, and wait until the clients have seen it."""
        for protocol in self.protocols:
            if protocol.transport is not None:
                protocol.transport.close()
        await asyncio.sleep(0)


async def send(connections: Connections, *recipients: str) -> None:
    await SmtpSender(connections).send(request(*(recipients or ("ann@a.example",))), ATTEMPT)


async def refusal(connections: Connections) -> Temporary | Refused:
    with pytest.raises(EmailNotAccepted) as caught:
        await send(connections)
    answer = caught.value.answer
    assert isinstance(answer, Temporary | Refused)
    return answer
