"""A mail server in memory: the twin of the SMTP adapter."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.domain.delivery.email_provider import (
    EmailNotAccepted,
    EmailRequest,
    accepted_info,
    refusal_of_all,
)
from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from parley.domain.ports import JobAttempt
from parley.testing.in_memory_jobs import WorkerDied


@dataclass(frozen=True, slots=True)
class Mail:
    """An email that arrived: who it was handed over for, and its data."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


@dataclass(slots=True)
class MailFault:
    """What the server does to an address that matches: a reply, or to lose its last answer.

    ``times``: for how many emails; None for ever.
    """

    matching: str = ""
    code: int | None = None
    loses_answer: bool = False
    kills: bool = False
    times: int | None = None


class InMemoryMail:
    """Keeps each email, and replies to each recipient as its faults say."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.faults: list[MailFault] = []
        self.takes_utf8 = True
        self.calls = 0

    async def send(self, request: EmailRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        self.calls += 1
        await asyncio.sleep(0)
        if request.needs_utf8 and not self.takes_utf8:
            raise EmailNotAccepted(Refused("smtputf8", "the mail server lacks SMTPUTF8"))
        accepted: list[str] = []
        rejected: list[dict[str, Any]] = []
        lost = killed = False
        for address in request.recipients:
            fault = self._fault(address)
            if fault is not None and fault.code is not None:
                if fault.code in (421, 530):
                    raise EmailNotAccepted(Temporary(str(fault.code), "not now"))
                rejected.append({"address": address, "code": fault.code, "message": "no"})
                continue
            lost = lost or (fault is not None and fault.loses_answer)
            killed = killed or (fault is not None and fault.kills)
            accepted.append(address)
        if not accepted:
            raise EmailNotAccepted(refusal_of_all(request, rejected))
        self.mails.append(Mail(request.sender, tuple(accepted), request.data))
        if killed:
            raise WorkerDied
        if lost:
            raise EmailNotAccepted(Lost("the connection was closed"))
        return accepted_info(request, accepted, rejected)

    def _fault(self, address: str) -> MailFault | None:
        for fault in self.faults:
            if re.search(fault.matching, address) and fault.times != 0:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
