"""Connections to a mail server in one file: kept, opened again, encrypted, logged in."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Protocol
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emulator.faults import Fault
from emulator.ports import HOST
from emulator.smtp.server import SmtpStandIn
from parley.adapters.smtp.connections import Connections
from parley.adapters.smtp.mail_server import MailServer
from parley.adapters.smtp.smtp_sender import SmtpSender, connect_mail
from parley.domain.delivery.email_provider import EmailNotAccepted
from parley.domain.delivery.job_answers import Refused, Temporary
from parley.settings import Settings
from tests.contract.mail_servers import ATTEMPT, request

ELSEWHERE = "0.0.0.0"
"""Leads to this machine, and is not known for a local address."""


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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's certificate that no authority has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    form = serialization.Encoding.PEM
    path.write_bytes(
        signed.public_bytes(form)
        + key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


async def send(connections: Connections, *recipients: str) -> None:
    await SmtpSender(connections).send(request(*(recipients or ("ann@a.example",))), ATTEMPT)


async def refusal(connections: Connections) -> Temporary | Refused:
    with pytest.raises(EmailNotAccepted) as caught:
        await send(connections)
    answer = caught.value.answer
    assert isinstance(answer, Temporary | Refused)
    return answer


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
