"""Withdraw consent when the provider refuses a number that has opted out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from pydantic import ValidationError

from parley.domain.delivery.job_answers import Answer, Refused
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_callbacks import is_news
from parley.domain.delivery.sms_provider import SmsNotAccepted, SmsProvider
from parley.domain.delivery.twilio_errors import OPTED_OUT_CODE
from parley.domain.ports import Clock, JobAttempt, JobLookUp, JobSender
from parley.errors import Conflict, RetryableError
from parley.store import Store
from parley.structured_logging import error_text, get_log
from schema.sms import SmsJobOwner

_log = get_log("services.opted_out_numbers")


class WithdrawsConsent(Protocol):
    """The part of the consents that is needed here."""

    async def withdraw_by_provider(
        self, service_id: str, phone: str, at: datetime, code: str
    ) -> None:
        """Withdraw consent to SMS of everybody of a service with this number. Idempotent."""
        ...


class OptedOutNumbers:
    """Tells the consents what the provider knows of a STOP that never reached us."""

    def __init__(self, *, store: Store, consents: WithdrawsConsent, clock: Clock) -> None:
        self._store = store
        self._consents = consents
        self._clock = clock

    async def withdraw(self, path: str, phone: str, *, attempt: int) -> None:
        """Withdraw consent in the service of a job, before the job shows the refusal.

        Once it does, a repeat withdraws nothing: otherwise one that is replayed after a START would
        withdraw again. One read, and what the consents need.
        """
        (snapshot,) = await self._store.get_many([path])
        if snapshot is None:
            return
        try:
            job = SmsJobOwner.parse(snapshot.fields)
        except ValidationError:
            _log.error("sms.invalidJobOptedOut", path=path)
            return
        if is_news(job.delivery, attempt):
            await self._consents.withdraw_by_provider(
                job.service_id, phone, self._clock.now(), OPTED_OUT_CODE
            )

    def watch(self, provider: SmsProvider) -> SmsProvider:
        """Return the provider, whose refusals after a STOP withdraw consent."""
        look_up = None if provider.look_up is None else _WatchedLookUp(provider.look_up, self)
        return SmsProvider(_WatchedSender(provider.sender, self), look_up)

    async def learn(self, answer: Answer | None, request: SmsRequest, attempt: JobAttempt) -> None:
        """Withdraw if the answer says so. The answer counts even if that fails for now.

        The number stays refused at the provider, so the next SMS to it withdraws.
        """
        if not isinstance(answer, Refused) or answer.code != OPTED_OUT_CODE:
            return
        try:
            await self.withdraw(attempt.path, request.to, attempt=attempt.attempt)
        except (RetryableError, Conflict) as error:
            _log.error("sms.optOutNotRecorded", path=attempt.path, error=error_text(error))


class _WatchedSender:
    """Sends, and tells of refusals."""

    def __init__(self, sender: JobSender[SmsRequest], numbers: OptedOutNumbers) -> None:
        self._sender = sender
        self._numbers = numbers

    async def send(self, request: SmsRequest, attempt: JobAttempt) -> Mapping[str, Any]:
        try:
            return await self._sender.send(request, attempt)
        except SmsNotAccepted as error:
            await self._numbers.learn(error.answer, request, attempt)
            raise


class _WatchedLookUp:
    """Looks up, and tells of refusals."""

    def __init__(self, look_up: JobLookUp[SmsRequest], numbers: OptedOutNumbers) -> None:
        self._look_up = look_up
        self._numbers = numbers

    async def look_up(self, request: SmsRequest, attempt: JobAttempt) -> Answer | None:
        answer = await self._look_up.look_up(request, attempt)
        await self._numbers.learn(answer, request, attempt)
        return answer
