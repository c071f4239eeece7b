"""Connections to a mail server that are kept between emails."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from aiosmtplib import SMTP, SMTPException

from parley.adapters.smtp.mail_server import MailServer
from parley.adapters.smtp.reply_table import MailServerMisconfigured

CONNECTIONS = 4
"""The most connections of a process. Emails one after another share one."""

IDLE_SECONDS = 30.0
"""How long a connection is kept unused. Servers close one after 5 minutes at the earliest
(RFC 5321, 4.5.3.2.7), and many after one."""

CONNECT_SECONDS = 15.0
COMMAND_SECONDS = 30.0


class Connections:
    """Gives out connections; the one that was used last comes first."""

    def __init__(
        self,
        server: MailServer,
        *,
        most: int = CONNECTIONS,
        idle_seconds: float = IDLE_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._idle_seconds = idle_seconds
        self._tls = tls or _tls_of(server)
        self._free: list[tuple[SMTP, float]] = []
        self._slots = asyncio.Semaphore(most)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._free:
            await _quit(self._free.pop()[0])

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait until another connection may be used."""
        async with self._slots:
            yield

    async def take(self) -> tuple[SMTP, bool]:
        """Return a connection that is open and logged in, and whether it was used before."""
        now = time.monotonic()
        while self._free:
            connection, since = self._free.pop()
            if connection.is_connected and now - since < self._idle_seconds:
                return connection, True
            await _quit(connection)
        return await self._open(), False

    async def give_back(self, connection: SMTP) -> None:
        """Keep a connection for the next email, unless the server has closed it."""
        if connection.is_connected:
            self._free.append((connection, time.monotonic()))

    async def _open(self) -> SMTP:
        server = self._server
        connection = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.has_tls,
            start_tls=False,
            timeout=COMMAND_SECONDS,
            tls_context=self._tls,
        )
        try:
            await connection.connect(timeout=CONNECT_SECONDS)
            await connection.ehlo()
            if not server.has_tls:
                await self._start_tls(connection)
            if server.user is not None:
                await _log_in(connection, server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _start_tls(self, connection: SMTP) -> None:
        if connection.supports_extension("starttls"):
            await connection.starttls()
            await connection.ehlo()
        elif not self._server.is_local:
            raise MailServerMisconfigured(
                f"{self._server.host} offers no STARTTLS, so emails would go out in the open; use "
                "smtps:// in PARLEY_SMTP_URL, or another server"
            )


async def _log_in(connection: SMTP, user: str, password: str) -> None:
    if not connection.supports_extension("auth"):
        raise MailServerMisconfigured(
            "the mail server takes no login; leave user and password out of PARLEY_SMTP_URL"
        )
    await connection.login(user, password)


async def _quit(connection: SMTP) -> None:
    """Close a connection politely, and in any case."""
    with contextlib.suppress(SMTPException, OSError):
        await connection.quit(timeout=2.0)
    connection.close()


def _tls_of(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.is_local:
        # A server on this machine has no name that an authority would sign.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
