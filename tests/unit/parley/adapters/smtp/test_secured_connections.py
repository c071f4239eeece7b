"""Connections to a mail server: encrypted, and logged in."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from parley.adapters.smtp.connections import Connections
from parley.domain.delivery.job_answers import Temporary
from tests.unit.parley.adapters.smtp.serving import Server, refusal, send

ELSEWHERE = "0.0.0.0"
"""Leads to this machine, and is not known for a local address."""


async def test_starttls_is_used_where_it_is_offered(certificate: ssl.SSLContext) -> None:
    server = Server()
    async with (
        server.serve(tls_context=certificate, require_starttls=True),
        Connections(server.url()) as connections,
    ):
        await send(connections)

    assert len(server.stand_in.journal) == 1


async def test_smtps_is_encrypted_from_the_first_byte(certificate: ssl.SSLContext) -> None:
    server = Server()
    async with (
        server.serve(tls=certificate),
        Connections(server.url(scheme="smtps")) as connections,
    ):
        await send(connections)

    assert len(server.stand_in.journal) == 1


async def test_a_server_elsewhere_without_tls_gets_no_email() -> None:
    server = Server()
    async with server.serve(), Connections(server.url(host=ELSEWHERE)) as connections:
        answer = await refusal(connections)

    assert isinstance(answer, Temporary)
    assert answer.code == "misconfigured"
    assert "0.0.0.0 offers no STARTTLS" in answer.message
    assert len(server.stand_in.journal) == 0


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_server_elsewhere_with_an_unsigned_certificate_gets_no_email(
    certificate: ssl.SSLContext, scheme: str
) -> None:
    server = Server()
    tls = certificate if scheme == "smtps" else None
    offered = {} if scheme == "smtps" else {"tls_context": certificate}
    async with (
        server.serve(tls=tls, **offered),
        Connections(server.url(scheme=scheme, host=ELSEWHERE)) as connections,
    ):
        answer = await refusal(connections)

    assert isinstance(answer, Temporary)
    assert "certificate" in answer.message.lower()
    assert len(server.stand_in.journal) == 0


def check_login(
    server: Any, session: Any, envelope: Any, mechanism: str, data: object
) -> AuthResult:
    is_known = isinstance(data, LoginPassword) and data == LoginPassword(b"post@acme", b"p@ss:w/")
    return AuthResult(success=is_known, handled=False)


LOGIN: dict[str, Any] = {"authenticator": check_login, "auth_required": True}


async def test_the_user_of_the_url_logs_in(certificate: ssl.SSLContext) -> None:
    server = Server()
    async with (
        server.serve(tls_context=certificate, **LOGIN),
        Connections(server.url("post%40acme:p%40ss%3Aw%2F@")) as connections,
    ):
        await send(connections)

    assert len(server.stand_in.journal) == 1


@pytest.mark.parametrize(
    ("user", "code"), [("post%40acme:wrong-secret@", "535"), ("", "530")], ids=["wrong", "none"]
)
async def test_a_refused_login_concerns_the_settings_and_not_the_email(
    user: str, code: str, certificate: ssl.SSLContext, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server()
    async with (
        server.serve(tls_context=certificate, **LOGIN),
        Connections(server.url(user)) as connections,
    ):
        answer = await refusal(connections)

    assert isinstance(answer, Temporary)
    assert answer.code == code
    assert "wrong-secret" not in f"{answer} {server.url(user)} {capsys.readouterr()}"


async def test_a_user_for_a_server_without_logins_is_told() -> None:
    server = Server()
    async with server.serve(), Connections(server.url("me:secret@")) as connections:
        answer = await refusal(connections)

    assert isinstance(answer, Temporary)
    assert "takes no login" in answer.message
