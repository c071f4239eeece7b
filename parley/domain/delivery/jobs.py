"""The states of a delivery, for every job document that carries ``delivery``. Pure.

A worker claims a job, calls the provider, and records the answer. Each claim counts ``attempts``
up under the document's ``update_time``, so an attempt's number names one claim and one call.

``PROCESSING`` has three phases, told apart by the fields beside it: *waiting* for another attempt
(``error`` is set), *unknown* (``info.status`` says so), and *in flight*. ``lease_expire_time`` is
the end of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any, assert_never

from parley.domain.delivery.job_answers import Accepted, Answer, Lost, Refused, Temporary
from parley.domain.retry import RetryPolicy
from schema.delivery import UNKNOWN_STATUS, Delivery, DeliveryReason

BACK_OFF = RetryPolicy(first_seconds=2.0, max_seconds=300.0)


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """How a channel's jobs are retried.

    ``repeats_after_lost_answer``: send again when an answer was lost (at least once), rather than
    wait until somebody finds out. ``lease``: how long one attempt may take, at least.
    ``retry_for``: how long temporary refusals are retried, from ``start_time``. ``unknown_for``:
    how long a lost answer is waited for. ``stages``: the provider's statuses by their rank; a
    report of a lower or equal rank never replaces the status of a settled job.
    """

    repeats_after_lost_answer: bool
    lease: timedelta = timedelta(seconds=20)
    retry_for: timedelta = timedelta(hours=1)
    unknown_for: timedelta = timedelta(hours=24)
    back_off: RetryPolicy = BACK_OFF
    stages: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def stage(self, info: Mapping[str, Any] | None) -> int:
        """Return the rank of the status in ``info``; 0 for one that is missing or not listed."""
        return self.stages.get(str((info or {}).get("status")), 0)


class Phase(Enum):
    """Where a delivery stands, finer than its ``state``."""

    NEW = "new"
    RETRY = "retry"
    IN_FLIGHT = "inFlight"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


def phase_of(delivery: Delivery | None) -> Phase:
    """Return the phase of a job; a job without ``delivery`` is new."""
    if delivery is None or delivery.state == "PENDING":
        return Phase.NEW
    match delivery.state:
        case "RETRY":
            return Phase.IN_FLIGHT if _is_called(delivery) else Phase.RETRY
        case "SUCCESS":
            return Phase.SUCCEEDED
        case "ERROR":
            return Phase.FAILED
        case "PROCESSING":
            if is_unknown(delivery):
                return Phase.UNKNOWN
            return Phase.WAITING if delivery.error is not None else Phase.IN_FLIGHT
    assert_never(delivery.state)


def _is_called(delivery: Delivery) -> bool:
    """Return whether RETRY was written over an attempt that is still in flight.

    Clients may only write it over ERROR, which has no lease. A server that writes it earlier gets
    the answer of the running attempt: calling again might send twice.
    """
    has_lease = delivery.lease_expire_time is not None
    return has_lease and delivery.error is None and not is_unknown(delivery)


class Step(Enum):
    """What a worker does with a job that it was given."""

    CLAIM = "claim"
    """Claim it and call the provider."""
    MARK_UNKNOWN = "markUnknown"
    """Record that the answer was lost."""
    LOOK_UP = "lookUp"
    """Ask the provider what became of it."""
    WAIT = "wait"
    """Leave it until ``lease_expire_time``."""
    NOTHING = "nothing"
    """It is settled."""


def next_step(delivery: Delivery | None, now: datetime, rules: DeliveryRules) -> Step:
    """Decide what to do with a job now."""
    phase = phase_of(delivery)
    if delivery is None or phase is Phase.NEW:
        return Step.CLAIM
    if phase in (Phase.SUCCEEDED, Phase.FAILED):
        return Step.NOTHING
    if phase is Phase.UNKNOWN:
        return Step.LOOK_UP
    if phase is Phase.RETRY:
        return Step.LOOK_UP if is_unknown(delivery) else Step.CLAIM
    if delivery.lease_expire_time is not None and now < delivery.lease_expire_time:
        return Step.WAIT
    if phase is Phase.WAITING or rules.repeats_after_lost_answer:
        return Step.CLAIM
    return Step.MARK_UNKNOWN


def claim(
    delivery: Delivery | None,
    now: datetime,
    lease_expire_time: datetime,
    info: Mapping[str, Any] | None = None,
) -> Delivery:
    """Begin the next attempt; ``info`` is what is known of it before the provider answers."""
    goes_on = delivery is not None and delivery.state == "PROCESSING"
    return Delivery(
        state="PROCESSING",
        attempts=(delivery.attempts if delivery else 0) + 1,
        start_time=delivery.start_time if delivery and goes_on else now,
        lease_expire_time=lease_expire_time,
        info=dict(info) if info else None,
    )


def mark_unknown(delivery: Delivery, now: datetime, rules: DeliveryRules) -> Delivery:
    """Wait for a callback or a look-up, for ``unknown_for`` from now."""
    return Delivery(
        state="PROCESSING",
        attempts=delivery.attempts,
        start_time=delivery.start_time,
        lease_expire_time=now + rules.unknown_for,
        info={**(delivery.info or {}), "status": UNKNOWN_STATUS},
    )


def stay_unknown(delivery: Delivery, now: datetime, rules: DeliveryRules) -> Delivery | None:
    """Go on with a job after a look-up that found nothing out; None to leave it as it is.

    A ``RETRY`` waits anew, since sending might be the second time. A job that has waited
    ``unknown_for`` ends; a late callback still settles it.
    """
    if delivery.state == "RETRY":
        return mark_unknown(delivery, now, rules)
    if delivery.lease_expire_time is not None and now < delivery.lease_expire_time:
        return None
    hours = rules.unknown_for.total_seconds() / 3600
    sentence = (
        f"the provider's answer to attempt {delivery.attempts} was lost, and nothing showed within "
        f"{hours:g} hours whether it was sent; to send it in any case, write a new job"
    )
    return _ended(delivery, now, f"{DeliveryReason.UNKNOWN}: {sentence}", delivery.info)


def lost_by(delivery: Delivery, rules: DeliveryRules) -> datetime | None:
    """Return a time by which the call of an unknown job was over."""
    if delivery.lease_expire_time is not None:
        return delivery.lease_expire_time - rules.unknown_for
    return delivery.end_time


def refuse(
    delivery: Delivery | None, now: datetime, reason: DeliveryReason, sentence: str
) -> Delivery:
    """End a job that is not sent."""
    before = delivery or Delivery(state="PENDING", attempts=0, start_time=now)
    return _ended(before, now, f"{reason}: {sentence}", None)


def apply_answer(
    delivery: Delivery,
    answer: Answer,
    *,
    attempt: int,
    now: datetime,
    delay: float,
    rules: DeliveryRules,
) -> Delivery | None:
    """Apply the answer to an attempt, from the call itself, a callback or a look-up.

    ``delay``: seconds before another attempt, no fewer than the provider asked for. Return None if
    the answer changes nothing: it belongs to another attempt, or more is known already.
    """
    phase = phase_of(delivery)
    if attempt != delivery.attempts or phase is Phase.NEW:
        return None
    if phase in (Phase.SUCCEEDED, Phase.FAILED, Phase.RETRY) and not is_unknown(delivery):
        return _report(delivery, answer, now, rules)
    match answer:
        case Accepted() | Refused():
            return _settled(delivery, answer, now)
        case Temporary() if phase in (Phase.IN_FLIGHT, Phase.UNKNOWN):
            return _postponed(delivery, answer, now, delay, rules)
        case Temporary() if phase is Phase.RETRY:
            # Shown not to be accepted, so it may be sent again as asked.
            return delivery.model_copy(update={"info": None})
        case Lost() if phase is Phase.IN_FLIGHT:
            if rules.repeats_after_lost_answer:
                refusal = Temporary("answerLost", answer.message)
                return _postponed(delivery, refusal, now, delay, rules)
            return mark_unknown(delivery, now, rules)
    return None


def _report(
    delivery: Delivery, answer: Answer, now: datetime, rules: DeliveryRules
) -> Delivery | None:
    """Apply a report on a settled job: forward only, but keep what it adds to ``info``."""
    if isinstance(answer, Temporary | Lost):
        return None
    if rules.stage(answer.info) > rules.stage(delivery.info):
        return _settled(delivery, answer, now)
    if delivery.state == "SUCCESS" and isinstance(answer, Accepted):
        info = {**answer.info, **(delivery.info or {})}
        if info != (delivery.info or {}):
            return delivery.model_copy(update={"info": info})
    return None


def _settled(delivery: Delivery, answer: Accepted | Refused, now: datetime) -> Delivery:
    known = dict(delivery.info or {})
    if known.get("status") == UNKNOWN_STATUS:
        del known["status"]
    info = {**known, **(answer.info or {})} or None
    if isinstance(answer, Refused):
        return _ended(delivery, now, _provider_error(answer), info)
    return Delivery(
        state="SUCCESS",
        attempts=delivery.attempts,
        start_time=delivery.start_time,
        end_time=now,
        info=info,
    )


def _postponed(
    delivery: Delivery, refusal: Temporary, now: datetime, delay: float, rules: DeliveryRules
) -> Delivery:
    """Wait for another attempt; the last is made when ``retry_for`` is over."""
    last = delivery.start_time + rules.retry_for
    if now >= last or now + timedelta(seconds=refusal.retry_after or 0.0) > last:
        return _ended(delivery, now, _provider_error(refusal), None)
    return Delivery(
        state="PROCESSING",
        attempts=delivery.attempts,
        start_time=delivery.start_time,
        lease_expire_time=min(now + timedelta(seconds=delay), last),
        error=_provider_error(refusal),
    )


def _ended(
    delivery: Delivery, now: datetime, error: str, info: Mapping[str, Any] | None
) -> Delivery:
    return Delivery(
        state="ERROR",
        attempts=delivery.attempts,
        start_time=delivery.start_time,
        end_time=now,
        error=error,
        info=dict(info) if info else None,
    )


def _provider_error(refusal: Refused | Temporary) -> str:
    return f"{DeliveryReason.PROVIDER_ERROR}:{refusal.code}: {refusal.message}"


def is_unknown(delivery: Delivery | None) -> bool:
    """Return whether nobody knows if the provider took the job."""
    return ((delivery.info if delivery else None) or {}).get("status") == UNKNOWN_STATUS
