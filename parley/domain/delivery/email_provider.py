"""What the email channel needs of a mail server. Pure.

An adapter turns its server's replies into the engine's answers and raises ``EmailNotAccepted``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from parley.domain.delivery.jobs import DeliveryRules
from parley.domain.ports import JobAttempt, JobSender

RULES = DeliveryRules(repeats_after_lost_answer=True, lease=timedelta(seconds=60))
"""An email whose answer was lost is sent again, under the same Message-ID."""

SEND_SECONDS = 45.0
"""How long a mail server may take for one email, all commands together: well within the lease."""


@dataclass(frozen=True, slots=True)
class EmailRequest:
    """One email as it is handed to the mail server.

    ``needs_utf8``: an address has letters before the ``@`` that only SMTPUTF8 carries.
    ``left_out``: who gets none and why, by uid.
    """

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    message_id: str
    needs_utf8: bool = False
    left_out: Mapping[str, str] = field(default_factory=dict)


class EmailNotAccepted(Exception):
    """An email that the mail server did not accept, or whose answer is missing.

    Its text goes into the log, so it has the code alone: servers repeat addresses in their words.
    """

    def __init__(self, answer: Temporary | Refused | Lost) -> None:
        super().__init__(answer.message if isinstance(answer, Lost) else answer.code)
        self.answer = answer


def classify_email_error(error: Exception) -> Temporary | Refused | Lost:
    """Return the engine's answer for what a sender raises: the ``classify`` of the channel."""
    return error.answer if isinstance(error, EmailNotAccepted) else Lost(str(error) or repr(error))


def accepted_info(
    request: EmailRequest, accepted: list[str], rejected: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return ``delivery.info`` (``schema.email.EmailInfo``)."""
    info: dict[str, Any] = {
        "messageId": request.message_id,
        "accepted": accepted,
        "rejected": rejected,
    }
    return info | ({"leftOut": dict(request.left_out)} if request.left_out else {})


def refusal_of_all(request: EmailRequest, rejected: list[dict[str, Any]]) -> Temporary | Refused:
    """Return the answer for an email that no recipient was accepted of.

    ``rejected`` are the replies in order. One that may be taken later makes the whole temporary.
    """
    later = [one for one in rejected if 400 <= one["code"] < 500]
    told = (later or rejected)[0]
    message = f"{told['address']}: {told['message']}"
    if len(rejected) > 1:
        message = f"all {len(rejected)} recipients were refused; {message}"
    if later:
        return Temporary(str(told["code"]), message)
    return Refused(str(told["code"]), message, accepted_info(request, [], rejected))


class _NoMailServer:
    async def send(self, request: EmailRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        raise EmailNotAccepted(
            Refused(
                "notConfigured",
                "PARLEY_SMTP_URL is not set where the workers run; set it to the mail server, such "
                "as smtps://user:password@mail.example.com:465, then set delivery.state to RETRY",
            )
        )


NO_MAIL_SERVER: JobSender[EmailRequest] = _NoMailServer()
"""The sender of a process without a mail server: it refuses each email and says why."""
