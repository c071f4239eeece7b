"""A mail server's replies and broken connections, in the engine's words.

RFC 5321, 4.2.1: a reply of 4yz may change, one of 5yz does not. Two kinds of replies concern this
process and not the email: what refuses its login, and a connection without TLS.
"""

from __future__ import annotations

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPResponseException,
    SMTPSenderRefused,
)

from parley.domain.delivery.email_provider import EmailNotAccepted
from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from parley.structured_logging import error_text

OUR_CODES = frozenset({530, 534, 535, 538})
"""Authentication required, too weak, invalid, encryption required (RFC 4954, 6)."""


class MailServerMisconfigured(Exception):
    """The server cannot be used as ``PARLEY_SMTP_URL`` says."""


def is_ours(error: Exception) -> bool:
    """Return whether an error concerns the settings of this process, so that emails wait."""
    if isinstance(error, SMTPAuthenticationError | MailServerMisconfigured):
        return True
    return isinstance(error, SMTPResponseException) and error.code in OUR_CODES


def not_accepted(error: Exception, *, is_sent: bool) -> EmailNotAccepted:
    """Return the answer for an error; ``is_sent``: the data was on its way when it came."""
    return EmailNotAccepted(_answer(error, is_sent=is_sent))


def _answer(error: Exception, *, is_sent: bool) -> Temporary | Refused | Lost:
    if isinstance(error, MailServerMisconfigured):
        return Temporary("misconfigured", str(error))
    if isinstance(error, SMTPNotSupported):
        return Refused("smtputf8", f"the mail server cannot send to such an address: {error}")
    if isinstance(error, SMTPResponseException):
        message = _one_line(error.message)
        if isinstance(error, SMTPSenderRefused):
            message = f"from {error.sender}: {message}"
        is_final = 500 <= error.code < 600 and not is_ours(error)
        if is_final and not isinstance(error, SMTPConnectError | SMTPHeloError):
            return Refused(str(error.code), message)
        return Temporary(str(error.code), message)
    told = _one_line(error_text(error))
    if is_sent:
        return Lost(f"the mail server did not say whether it took the email: {told}")
    if isinstance(error, TimeoutError | OSError | SMTPException):
        return Temporary("noConnection", told)
    return Lost(told)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
