"""Mail servers for tests: the twin, and the adapter against the stand-in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.faults import Fault
from emulator.ports import HOST
from emulator.smtp.server import SmtpStandIn
from parley.adapters.smtp.connections import Connections
from parley.adapters.smtp.mail_server import MailServer
from parley.adapters.smtp.smtp_sender import SmtpSender
from parley.domain.delivery.email_provider import EmailRequest
from parley.domain.ports import JobAttempt, JobSender
from parley.testing.in_memory_mail import InMemoryMail, MailFault

Arrived = tuple[str, tuple[str, ...], str]
"""Sender, recipients and data of an email."""

ATTEMPT = JobAttempt("emailNotifications/e1", 1, datetime(2026, 11, 28, tzinfo=UTC))


def request(*recipients: str, text: str = "hello", needs_utf8: bool = False) -> EmailRequest:
    data = f"Subject: Hi\r\nMessage-ID: <1@acme.example>\r\n\r\n{text}\r\n"
    return EmailRequest(
        sender="hello@acme.example",
        recipients=recipients,
        data=data.encode(),
        message_id="<1@acme.example>",
        needs_utf8=needs_utf8,
    )


@dataclass
class Provider:
    """A sender, its faults, and a look at what was taken."""

    sender: JobSender[EmailRequest]
    refuse: Callable[[str, int], None]
    """Reply with a code to addresses that match."""
    lose_answer: Callable[[str], None]
    arrived: Callable[[], list[Arrived]]


def twin() -> Provider:
    mail = InMemoryMail()
    return Provider(
        mail,
        lambda pattern, code: mail.faults.append(MailFault(pattern, code)),
        lambda pattern: mail.faults.append(MailFault(pattern, loses_answer=True)),
        lambda: [(one.sender, one.recipients, one.data.decode()) for one in mail.mails],
    )


@asynccontextmanager
async def served(stand_in: SmtpStandIn, **options: Any) -> AsyncIterator[int]:
    """Serve a stand-in; yield its port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: stand_in.protocol(**options), HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def adapter() -> AsyncIterator[Provider]:
    stand_in = SmtpStandIn()
    faults: list[Fault] = []

    def add(fault: Fault) -> None:
        faults.append(fault)
        stand_in.plan.replace(faults)

    async with (
        served(stand_in) as port,
        Connections(MailServer.at(f"smtp://{HOST}:{port}")) as connections,
    ):
        yield Provider(
            SmtpSender(connections),
            lambda pattern, code: add(Fault(match={"to": pattern}, status=code)),
            lambda pattern: add(Fault(match={"to": pattern}, drop_answer=True)),
            lambda: arrived(stand_in),
        )


def arrived(stand_in: SmtpStandIn) -> list[Arrived]:
    return [
        (sent["from"], tuple(sent["to"]), sent["data"])
        for sent in (json.loads(entry.request) for entry in stand_in.journal.entries())
        if sent["data"]
    ]
