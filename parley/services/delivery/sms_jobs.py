"""Deliver SMS jobs: those of ``nonChatSMSQueue``, and those of campaigns' recipients."""

from __future__ import annotations

import re

from parley.domain.delivery.job_answers import Answer
from parley.domain.delivery.sms import SmsRequest, sms_job_id, sms_job_path
from parley.services.delivery.deliver_jobs import DeliverJobs, Progress
from parley.services.delivery.due_jobs import DueJobs
from parley.services.delivery.give_up_jobs import GiveUpJobs
from parley.services.delivery.sender_turns import SenderTurns
from schema.events import SmsQueued
from schema.sms import SmsJob

_JOB_ID = re.compile(r"[^/:]+(?::[^/:]+)?")


class SmsJobs:
    """Takes jobs as far as they go, and has them come again when they are due."""

    def __init__(
        self,
        *,
        engine: DeliverJobs[SmsJob, SmsRequest],
        turns: SenderTurns,
        due: DueJobs,
        give_up: GiveUpJobs,
    ) -> None:
        self._engine = engine
        self._turns = turns
        self._due = due
        self._give_up = give_up

    async def deliver(self, path: str, service_id: str | None = None) -> Progress:
        """Take a job as far as it goes now; idempotent, and safe to call at any time.

        A job that has to wait is published again when its time comes. One that waits for its
        sender's turn in this process is not even read before that.
        """
        waits_until = self._turns.waits_until(path)
        progress = (
            Progress(None, waits_until)
            if waits_until is not None
            else await self._engine.deliver(path)
        )
        if progress.due_at is not None:
            payload = SmsQueued(job_id=sms_job_id(path), service_id=service_id)
            self._due.hold(payload, progress.due_at)
        return progress

    async def settle(self, job_id: str, answer: Answer, attempt: int) -> Progress:
        """Apply what a callback says of an attempt.

        Repeats, reports of other attempts and unknown ids change nothing: ``delivery`` is None for
        a job that does not exist.
        """
        if _JOB_ID.fullmatch(job_id) is None:
            return Progress(None)
        return await self._engine.settle(sms_job_path(job_id), answer, attempt=attempt)

    async def give_up(self, job_id: str, why: str) -> None:
        """End a job whose queue message was dead-lettered, unless it may have been sent."""
        await self._give_up.give_up(sms_job_path(job_id), why)
