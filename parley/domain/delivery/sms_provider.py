"""What the SMS channel needs of a provider. Pure.

A provider's adapter turns its errors into the engine's answers and raises ``SmsNotAccepted``, so
the channel knows no provider by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from parley.domain.delivery.sms import SmsRequest
from parley.domain.ports import JobAttempt, JobLookUp, JobSender

SETTLED_AFTER = timedelta(minutes=5)
"""So long after a lost call, a message that a provider accepted is in its list for certain."""


class SmsNotAccepted(Exception):
    """A call that the provider did not accept, or whose answer is missing."""

    def __init__(self, answer: Temporary | Refused | Lost) -> None:
        super().__init__(answer.message)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """A provider of SMS. Without ``look_up``, an unknown outcome waits for a callback."""

    sender: JobSender[SmsRequest]
    look_up: JobLookUp[SmsRequest] | None = None


def proves_absence(attempt: JobAttempt, now: datetime) -> bool:
    """Return whether an attempt that the provider does not list was not accepted."""
    return attempt.lost_by is not None and now >= attempt.lost_by + SETTLED_AFTER


def classify_sms_error(error: Exception) -> Temporary | Refused | Lost:
    """Return the engine's answer for what a sender raises: the ``classify`` of an SMS channel."""
    return error.answer if isinstance(error, SmsNotAccepted) else Lost(str(error) or repr(error))
