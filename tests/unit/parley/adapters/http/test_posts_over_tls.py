"""Posts over TLS: the server must prove that it is the one that was named."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parley.adapters.http.exchange import Answer, NoAnswer
from parley.adapters.http.kept_connections import KeptConnections


def write_certificate(folder: Path, name: str) -> Path:
    """Write a key and a certificate that it signs itself; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


@asynccontextmanager
async def server(certificate: Path) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (await reader.readline()) not in (b"\r\n", b""):
            pass
        await reader.readexactly(2)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        await reader.read()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


@pytest.mark.parametrize("name", ["localhost", "elsewhere.example"])
async def test_only_the_server_that_was_named_gets_a_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    certificate = write_certificate(tmp_path, name)
    # OpenSSL's own variable: the authorities that the default context trusts.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server(certificate) as port:
        connections = KeptConnections(f"https://localhost:{port}", limit=1, timeout_seconds=10)
        (outcome,) = await connections.post_each("/", ["hi"], str.encode, {})
        await connections.close()

    if name == "localhost":
        assert isinstance(outcome, Answer)
        assert outcome.body == b"ok"
    else:
        assert outcome == NoAnswer("SSLCertVerificationError", is_in_doubt=False)
