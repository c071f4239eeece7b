"""Ask the mail server whether it takes a connection and the login."""

from __future__ import annotations

from aiosmtplib import SMTPException

from parley.adapters.smtp.connections import Connections
from parley.adapters.smtp.mail_server import MailServer
from parley.adapters.smtp.reply_table import MailServerMisconfigured
from parley.errors import ParleyError
from parley.structured_logging import error_text


class MailServerUnusable(ParleyError):
    """The mail server does not answer, or refuses the login."""


async def check_mail_server(url: str) -> str:
    """Return host and port; raise ``MailServerUnusable`` with what is wrong. Sends nothing."""
    server = MailServer.at(url)
    try:
        async with Connections(server) as connections:
            connection, _ = await connections.take()
            await connections.give_back(connection)
    except (SMTPException, MailServerMisconfigured, OSError) as error:
        raise MailServerUnusable(error_text(error)) from error
    return f"{server.host}:{server.port}"
