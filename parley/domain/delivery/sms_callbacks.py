"""Status callbacks of SMS: what the provider says about a message that it took. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parley.domain.delivery.job_answers import Accepted, Refused
from parley.domain.delivery.twilio_errors import OPTED_OUT_CODE, twilio_error
from schema.delivery import Delivery

FAILED_STATUSES = frozenset({"undelivered", "failed", "canceled"})
"""The statuses that end a message without success. All others are on the way to it, or reached it;
one that Twilio adds later counts as on the way."""

FINAL_STATUSES = FAILED_STATUSES | {"delivered", "read"}

NO_CODE = "none"
"""In the place of a code when Twilio names none."""


@dataclass(frozen=True, slots=True)
class SmsCallback:
    """One status callback. ``to`` is the number that was written to."""

    message_sid: str
    status: str
    to: str
    error_code: str | None = None

    @property
    def reports_opt_out(self) -> bool:
        """Return whether the provider refuses the person's number because of a STOP."""
        return self.error_code == OPTED_OUT_CODE


def callback_answer(callback: SmsCallback) -> Accepted | Refused:
    """Return what the callback says, in the delivery engine's words.

    The code of a failure is kept as it is, known or not.
    """
    info: dict[str, Any] = {"messageSid": callback.message_sid, "status": callback.status}
    if callback.status not in FAILED_STATUSES:
        return Accepted(info)
    if callback.error_code is None:
        sentence = f"Twilio ended the message as {callback.status} and gave no reason"
        return Refused(NO_CODE, sentence, info)
    error = twilio_error(callback.error_code)
    return Refused(error.code, error.sentence, info)


def is_news(delivery: Delivery | None, attempt: int) -> bool:
    """Return whether a refusal is the first word about how an attempt ended.

    A replayed callback is not: the job shows an end already, or has gone on to another attempt.
    """
    if delivery is None or delivery.attempts != attempt:
        return False
    return (delivery.info or {}).get("status") not in FINAL_STATUSES
