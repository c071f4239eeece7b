"""An in-memory provider of SMS that records what it accepts: the twin of Twilio."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from parley.domain.delivery.job_answers import Accepted, Answer, Lost, Refused, Temporary
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import SmsNotAccepted, SmsProvider, proves_absence
from parley.domain.delivery.sms_segments import measure_sms
from parley.domain.ports import Clock, JobAttempt
from parley.testing.in_memory_jobs import WorkerDied
from schema.sms import SmsInfo

SmsFate = Literal[
    "accept", "busy", "away", "refuse", "loseAnswer", "loseCall", "dieBefore", "dieAfter"
]
"""``busy`` answers 429 and ``away`` gets no connection. ``loseAnswer`` accepts the call and loses
the answer; ``loseCall`` loses the call itself. To the caller both look the same. ``die...`` ends
the worker before or after the call is accepted."""


@dataclass(frozen=True, slots=True)
class SentSms:
    """An SMS that the provider accepted: what the world saw."""

    request: SmsRequest
    attempt: JobAttempt
    sid: str
    status: str = "queued"
    code: str | None = None
    """The code of the failure, of a message whose status is ``failed`` or ``undelivered``."""

    @property
    def path(self) -> str:
        """The document of the job."""
        return self.attempt.path


class InMemorySms:
    """Answers each call by the fate of its number, else the next fate, else accepts.

    A number that is ``opted_out`` is refused with 21610, as Twilio refuses it.
    """

    def __init__(self, clock: Clock, *fates: SmsFate, retry_after: float | None = None) -> None:
        self.fates = list(fates)
        self.fates_of: dict[str, SmsFate] = {}
        """By number; each stands until it is removed."""
        self.codes: dict[str, str] = {}
        """The code with which ``refuse`` refuses a number; 21211 if it is not listed."""
        self.retry_after = retry_after
        self.opted_out: set[str] = set()
        self.calls: list[tuple[str, int]] = []
        """Path and attempt of each call that arrived."""
        self.sent: list[SentSms] = []
        """What was accepted, in order."""
        self.look_ups = 0
        self._clock = clock

    def provider(self, *, can_look_up: bool = True) -> SmsProvider:
        """Return the ports of this provider."""
        return SmsProvider(self, self if can_look_up else None)

    def sent_to(self, phone: str) -> list[SentSms]:
        """Return what was accepted for one number."""
        return [sms for sms in self.sent if sms.request.to == phone]

    def become(self, sms: SentSms, status: str, code: str | None = None) -> SentSms:
        """Change the status that look-ups find, as a carrier's report does."""
        changed = replace(sms, status=status, code=code)
        self.sent[self.sent.index(sms)] = changed
        return changed

    async def send(self, request: SmsRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        await asyncio.sleep(0)
        fate = self._fate(request.to)
        self.calls.append((attempt.path, attempt.attempt))
        if fate == "away":
            raise SmsNotAccepted(Temporary("noConnection", "no connection (told to have none)"))
        if fate == "busy":
            raise SmsNotAccepted(Temporary("20429", "Too many requests", self.retry_after))
        if fate == "dieBefore":
            raise WorkerDied
        if fate == "loseCall":
            raise SmsNotAccepted(Lost("the connection was reset (told to lose the call)"))
        self._refuse(request, fate)
        sms = SentSms(request, attempt, f"SM{len(self.sent) + 1:032x}")
        self.sent.append(sms)
        await asyncio.sleep(0)
        if fate == "dieAfter":
            raise WorkerDied
        if fate == "loseAnswer":
            raise SmsNotAccepted(Lost("the connection was reset (told to lose the answer)"))
        return _info(sms)

    async def look_up(self, request: SmsRequest, attempt: JobAttempt) -> Answer | None:
        await asyncio.sleep(0)
        self.look_ups += 1
        key = (attempt.path, attempt.attempt)
        for sms in self.sent:
            if (sms.attempt.path, sms.attempt.attempt) == key:
                info = _info(sms)
                return Refused(sms.code, "told to fail", info) if sms.code else Accepted(info)
        if not proves_absence(attempt, self._clock.now()):
            return None
        return Temporary("notAccepted", "the provider has no such message")

    def _fate(self, phone: str) -> SmsFate:
        if phone in self.fates_of:
            return self.fates_of[phone]
        return self.fates.pop(0) if self.fates else "accept"

    def _refuse(self, request: SmsRequest, fate: SmsFate) -> None:
        if request.to in self.opted_out:
            raise SmsNotAccepted(Refused("21610", "Attempt to send to unsubscribed recipient"))
        if fate == "refuse":
            code = self.codes.get(request.to, "21211")
            raise SmsNotAccepted(Refused(code, "told to refuse this number"))


def _info(sms: SentSms) -> dict[str, Any]:
    size = measure_sms(sms.request.body)
    return SmsInfo(
        message_sid=sms.sid, status=sms.status, segments=size.segments, encoding=size.encoding
    ).fields()
