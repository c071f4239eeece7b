"""Apply the provider's status callbacks to SMS jobs, and a refusal after STOP to consents."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pydantic import ValidationError

from parley.domain.delivery.job_answers import Answer
from parley.domain.delivery.sms import sms_job_path
from parley.domain.delivery.sms_callbacks import SmsCallback, callback_answer, is_news
from parley.domain.delivery.twilio_errors import OPTED_OUT_CODE
from parley.domain.ports import Clock
from parley.services.delivery.deliver_jobs import Progress
from parley.store import Store
from parley.structured_logging import get_log
from schema.sms import SmsJobOwner

_log = get_log("services.sms_status")


class SettlesSmsJobs(Protocol):
    """The part of the SMS jobs that callbacks need."""

    async def settle(self, job_id: str, answer: Answer, attempt: int) -> Progress:
        """Apply an answer to one attempt; repeats, late and old ones change nothing."""
        ...


class WithdrawsConsent(Protocol):
    """The part of the consents that callbacks need."""

    async def withdraw_by_provider(
        self, service_id: str, phone: str, at: datetime, code: str
    ) -> None:
        """Withdraw consent to SMS of everybody of a service with this number. Idempotent."""
        ...


class SmsStatus:
    """Status callbacks come in any order, repeatedly, and for jobs that are gone."""

    def __init__(
        self, *, store: Store, jobs: SettlesSmsJobs, consents: WithdrawsConsent, clock: Clock
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._consents = consents
        self._clock = clock

    async def apply(self, job_id: str, callback: SmsCallback, *, attempt: int) -> None:
        """Apply one callback. One read and one commit for news, one read for a repeat."""
        if callback.reports_opt_out:
            await self._withdraw(job_id, callback, attempt)
        progress = await self._jobs.settle(job_id, callback_answer(callback), attempt)
        if progress.delivery is None:
            _log.warning("sms.callbackForNoJob", jobId=job_id, status=callback.status)

    async def _withdraw(self, job_id: str, callback: SmsCallback, attempt: int) -> None:
        """Withdraw consent before the job is settled, so that a repeat finds it settled.

        Otherwise a callback that is replayed after a START would withdraw it again.
        """
        (snapshot,) = await self._store.get_many([sms_job_path(job_id)])
        if snapshot is None:
            return
        try:
            job = SmsJobOwner.parse(snapshot.fields)
        except ValidationError:
            _log.error("sms.callbackForInvalidJob", jobId=job_id)
            return
        if is_news(job.delivery, attempt):
            await self._consents.withdraw_by_provider(
                job.service_id, callback.to, self._clock.now(), OPTED_OUT_CODE
            )
