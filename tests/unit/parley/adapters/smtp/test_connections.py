"""Connections to a mail server: kept, bounded, opened again."""

from __future__ import annotations

import asyncio

import pytest

from emulator.faults import Fault
from parley.adapters.smtp.connections import Connections
from parley.adapters.smtp.mail_server import MailServer
from parley.adapters.smtp.smtp_sender import connect_mail
from parley.domain.delivery.email_provider import EmailNotAccepted
from parley.domain.delivery.job_answers import Refused, Temporary
from parley.settings import Settings
from tests.contract.mail_servers import ATTEMPT, request
from tests.unit.parley.adapters.smtp.serving import Server, refusal, send


async def test_emails_one_after_another_share_a_connection() -> None:
    server = Server()
    async with server.serve(), Connections(server.url()) as connections:
        for _ in range(5):
            await send(connections)

        assert len(server.protocols) == 1
        assert len(server.stand_in.journal) == 5


async def test_a_refused_email_keeps_the_connection() -> None:
    server = Server()
    server.stand_in.plan.replace([Fault(status=550, match={"to": "^gone"})])
    async with server.serve(), Connections(server.url()) as connections:
        with pytest.raises(EmailNotAccepted):
            await send(connections, "gone@a.example")
        await send(connections)

        assert len(server.protocols) == 1


async def test_a_reply_that_does_not_come_is_not_taken_for_the_next() -> None:
    server = Server()
    server.stand_in.plan.replace([Fault(delay_ms=200, match={"to": "^slow"})])
    async with server.serve(), Connections(server.url()) as connections:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await send(connections, "slow@a.example")
        await send(connections)

        assert len(server.protocols) == 2
        assert len(server.stand_in.journal) == 1


async def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    server = Server()
    async with server.serve(), Connections(server.url()) as connections:
        await send(connections)
        await server.close_connections()
        await send(connections)

        assert len(server.protocols) == 2
        assert len(server.stand_in.journal) == 2


async def test_an_idle_connection_is_not_used_again() -> None:
    server = Server()
    async with server.serve(), Connections(server.url(), idle_seconds=0.0) as connections:
        await send(connections)
        await send(connections)

        assert len(server.protocols) == 2


async def test_emails_at_once_have_a_bound_of_connections() -> None:
    server = Server()
    server.stand_in.plan.replace([Fault(delay_ms=20)])
    async with server.serve(), Connections(server.url(), most=2) as connections:
        await asyncio.gather(*(send(connections) for _ in range(8)))

        assert len(server.protocols) == 2
        assert len(server.stand_in.journal) == 8


async def test_no_server_is_a_temporary_refusal() -> None:
    server = Server()
    async with server.serve():
        pass
    async with Connections(server.url()) as connections:
        answer = await refusal(connections)

    assert isinstance(answer, Temporary)
    assert answer.code == "noConnection"


async def test_a_process_without_a_mail_server_names_the_variable() -> None:
    async with connect_mail(Settings(project_id="demo-parley")) as sender:
        with pytest.raises(EmailNotAccepted, match="notConfigured") as caught:
            await sender.send(request("ann@a.example"), ATTEMPT)

    assert isinstance(caught.value.answer, Refused)
    assert "PARLEY_SMTP_URL is not set" in caught.value.answer.message


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 587, False, None)),
        ("smtps://mail.example.com", ("mail.example.com", 465, True, None)),
        ("smtps://a%40b:c@mail.example.com:2465", ("mail.example.com", 2465, True, "a@b")),
        ("smtp://localhost:25", ("localhost", 25, False, None)),
    ],
)
def test_a_url_names_the_server(url: str, expected: tuple[str, int, bool, str | None]) -> None:
    server = MailServer.at(url)

    assert (server.host, server.port, server.has_tls, server.user) == expected
    assert server.is_local is (server.host == "localhost")
