"""Apply the provider's status callbacks to SMS jobs."""

from __future__ import annotations

from typing import Protocol

from parley.domain.delivery.job_answers import Answer
from parley.domain.delivery.sms import sms_job_path
from parley.domain.delivery.sms_callbacks import SmsCallback, callback_answer
from parley.services.delivery.deliver_jobs import Progress
from parley.services.delivery.opted_out_numbers import OptedOutNumbers
from parley.structured_logging import get_log

_log = get_log("services.sms_status")


class SettlesSmsJobs(Protocol):
    """The part of the SMS jobs that callbacks need."""

    async def settle(self, job_id: str, answer: Answer, attempt: int) -> Progress:
        """Apply an answer to one attempt; repeats, late and old ones change nothing."""
        ...


class SmsStatus:
    """Status callbacks come in any order, repeatedly, and for jobs that are gone."""

    def __init__(self, *, jobs: SettlesSmsJobs, opted_out: OptedOutNumbers) -> None:
        self._jobs = jobs
        self._opted_out = opted_out

    async def apply(self, job_id: str, callback: SmsCallback, *, attempt: int) -> None:
        """Apply one callback. One read and one commit for news, one read for a repeat."""
        if callback.reports_opt_out:
            await self._opted_out.withdraw(sms_job_path(job_id), callback.to, attempt=attempt)
        progress = await self._jobs.settle(job_id, callback_answer(callback), attempt)
        if progress.delivery is None:
            _log.warning("sms.callbackForNoJob", jobId=job_id, status=callback.status)
