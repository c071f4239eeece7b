"""A provider of jobs that keeps what it was given: the twin of an SMS or email provider."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from parley.domain.delivery.job_answers import Accepted, Answer, Lost, Refused, Temporary
from parley.domain.delivery.job_channels import JobChannel, parse_job
from parley.domain.delivery.job_preparation import SendAsWritten
from parley.domain.delivery.jobs import DeliveryRules
from parley.domain.ports import JobAttempt
from schema.sms import SmsJob

Fate = Literal["accept", "busy", "refuse", "loseAnswer", "loseCall", "dieBefore", "dieAfter"]
"""``loseAnswer`` accepts the call and loses the answer; ``loseCall`` loses the call itself. To the
caller both look the same. ``die...`` ends the worker before or after the call is accepted."""

STAGES = {"queued": 1, "sent": 2, "delivered": 3, "undelivered": 3, "failed": 3}


class WorkerDied(BaseException):
    """Ends a worker in the middle of its work, as a kill does: nothing handles it."""


class ProviderBusy(Exception):
    """The provider takes nothing now."""

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("too many requests")
        self.retry_after = retry_after


class ProviderRefused(Exception):
    """The provider never takes this job."""


class AnswerLost(Exception):
    """The connection broke after the request was written."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that arrived at the provider."""

    path: str
    attempt: int
    fate: Fate


class InMemoryJobProvider:
    """Records each call, and answers with the next fate; ``accept`` when there is none left.

    ``knows_sent``: whether ``look_up`` can tell.
    """

    def __init__(self, *fates: Fate, retry_after: float | None = None) -> None:
        self.fates = list(fates)
        self.retry_after = retry_after
        self.calls: list[Call] = []
        self.requests: list[SmsJob] = []
        self.sent: list[tuple[str, int]] = []
        """Path and attempt of each job that went out, in order: what the world saw."""
        self.knows_sent = True
        self.look_ups = 0

    async def send(self, request: SmsJob, attempt: JobAttempt) -> Mapping[str, Any]:
        fate = self.fates.pop(0) if self.fates else "accept"
        await asyncio.sleep(0)
        self.calls.append(Call(attempt.path, attempt.attempt, fate))
        self.requests.append(request)
        if fate in ("accept", "loseAnswer", "dieAfter"):
            self.sent.append((attempt.path, attempt.attempt))
        await asyncio.sleep(0)
        match fate:
            case "busy":
                raise ProviderBusy(self.retry_after)
            case "refuse":
                raise ProviderRefused("not a mobile number")
            case "loseAnswer" | "loseCall":
                raise AnswerLost("the connection was reset")
            case "dieBefore" | "dieAfter":
                raise WorkerDied
        return self.info(len(self.sent), "queued")

    async def look_up(self, request: SmsJob, attempt: JobAttempt) -> Answer | None:
        await asyncio.sleep(0)
        self.look_ups += 1
        if not self.knows_sent:
            return None
        key = (attempt.path, attempt.attempt)
        if key in self.sent:
            return Accepted(self.info(self.sent.index(key) + 1, "sent"))
        return Temporary("notAccepted", "the provider has no such message")

    def info(self, number: int, status: str) -> dict[str, Any]:
        """What the provider tells of the message that went out as this one."""
        return {"messageSid": f"SM{number}", "status": status, "segments": 1, "encoding": "GSM-7"}

    def channel(
        self, *, repeats_after_lost_answer: bool = False, can_look_up: bool = True
    ) -> JobChannel[SmsJob, SmsJob]:
        """A channel of this provider, for the documents of ``nonChatSMSQueue``."""
        return JobChannel(
            name="inMemory",
            rules=DeliveryRules(repeats_after_lost_answer=repeats_after_lost_answer, stages=STAGES),
            parse=lambda fields: parse_job(SmsJob, fields),
            preparation=SendAsWritten(),
            sender=self,
            classify=classify,
            look_up=self if can_look_up else None,
        )


def classify(error: Exception) -> Temporary | Refused | Lost:
    """The error table of this provider."""
    match error:
        case ProviderBusy():
            return Temporary("429", str(error), error.retry_after)
        case ProviderRefused():
            return Refused("21614", str(error))
        case _:
            return Lost(str(error))
