"""Hand an email to the mail server: one transaction, with a reply for each recipient."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from parley.adapters.smtp.connections import Connections
from parley.adapters.smtp.long_data import send_data
from parley.adapters.smtp.mail_server import MailServer
from parley.adapters.smtp.reply_table import is_ours, not_accepted
from parley.domain.delivery.email_provider import (
    NO_MAIL_SERVER,
    SEND_SECONDS,
    EmailNotAccepted,
    EmailRequest,
    accepted_info,
    refusal_of_all,
)
from parley.domain.ports import JobAttempt, JobSender
from parley.settings import Settings
from parley.structured_logging import error_text, get_log

_CLOSING = 421
"""The server closes the connection, also one that was idle for too long."""

_MESSAGE = 200
"""The most characters of a server's words about one recipient: all of them go into one document."""

_log = get_log("adapters.smtp")


class SmtpSender:
    """A ``JobSender`` of emails. Raises ``EmailNotAccepted`` alone."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def send(self, request: EmailRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        """Return who of the recipients was accepted, and why others were not."""
        progress = _Transaction(request)
        try:
            async with asyncio.timeout(SEND_SECONDS), self._connections.slot():
                return await self._send(progress)
        except EmailNotAccepted:
            raise
        except Exception as error:
            if is_ours(error):
                _log.error("smtp.misconfigured", error=error_text(error))
            raise not_accepted(error, is_sent=progress.is_sent) from error

    async def _send(self, transaction: _Transaction) -> Mapping[str, Any]:
        while True:
            connection, was_used = await self._connections.take()
            try:
                await transaction.begin(connection)
            except (SMTPServerDisconnected, SMTPResponseException) as error:
                connection.close()
                if was_used and _is_closing(error):
                    # It was closed while nobody used it; a new one will do.
                    continue
                raise
            except BaseException:
                connection.close()
                raise
            try:
                return await transaction.finish(connection)
            finally:
                await self._finish(connection, transaction)

    async def _finish(self, connection: SMTP, transaction: _Transaction) -> None:
        """Keep the connection if the server waits for the next command, else close it."""
        if not transaction.is_answered:
            connection.close()
            return
        if not transaction.is_accepted:
            try:
                await connection.rset(timeout=5.0)
            except (SMTPException, OSError):
                connection.close()
        await self._connections.give_back(connection)


class _Transaction:
    """One email on one connection.

    ``is_sent``: its data is on the way. ``is_answered``: no reply is outstanding.
    """

    def __init__(self, request: EmailRequest) -> None:
        self._request = request
        self.is_sent = False
        self.is_answered = False
        self.is_accepted = False

    async def begin(self, connection: SMTP) -> None:
        request = self._request
        options = [f"SIZE={len(request.data)}"] if connection.supports_extension("size") else []
        if request.needs_utf8:
            if not connection.supports_extension("smtputf8"):
                raise SMTPNotSupported("it lacks SMTPUTF8")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        await connection.mail(request.sender, options=options, encoding=self._encoding)

    async def finish(self, connection: SMTP) -> Mapping[str, Any]:
        request = self._request
        accepted: list[str] = []
        rejected: list[dict[str, Any]] = []
        for address in request.recipients:
            try:
                await connection.rcpt(address, encoding=self._encoding)
            except SMTPRecipientRefused as refusal:
                if is_ours(refusal) or refusal.code == _CLOSING:
                    raise
                message = " ".join(refusal.message.split())[:_MESSAGE]
                rejected.append({"address": address, "code": refusal.code, "message": message})
            else:
                accepted.append(address)
        if not accepted:
            self.is_answered = True
            raise EmailNotAccepted(refusal_of_all(request, rejected))
        self.is_sent = True
        try:
            await send_data(connection, request.data)
        except SMTPResponseException as error:
            self.is_answered = error.code != _CLOSING
            raise
        self.is_answered = self.is_accepted = True
        return accepted_info(request, accepted, rejected)

    @property
    def _encoding(self) -> str:
        return "utf-8" if self._request.needs_utf8 else "ascii"


def _is_closing(error: SMTPServerDisconnected | SMTPResponseException) -> bool:
    return isinstance(error, SMTPServerDisconnected) or error.code == _CLOSING


@asynccontextmanager
async def connect_mail(settings: Settings) -> AsyncIterator[JobSender[EmailRequest]]:
    """Return the sender of a process; its connections end with the context."""
    if settings.smtp_url is None:
        yield NO_MAIL_SERVER
        return
    async with Connections(MailServer.at(settings.smtp_url.get_secret_value())) as connections:
        yield SmtpSender(connections)
