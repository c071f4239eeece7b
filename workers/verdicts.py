"""What becomes of a message whose handler raised an error. Pure."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from parley.domain.retry import RetryPolicy
from parley.errors import Conflict, ParleyError, RetryableError
from parley.queues import MAX_DELIVERY_ATTEMPTS
from schema.reasons import DeadLetterCode

LAST_DELIVERY = MAX_DELIVERY_ATTEMPTS - 20
"""A message that still fails at this delivery is parked, whoever saw the failures before: soon
Pub/Sub would move it to its own dead-letter topic, where nobody sees why."""

CONFLICT_SECONDS = 5.0
"""The longest wait after a lost race: the other side is done by then."""


@dataclass(frozen=True, slots=True)
class Later:
    """Try again after so many seconds (at least 1, as Pub/Sub counts whole ones)."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Park:
    """Never try again by oneself."""

    code: DeadLetterCode


def judge(
    error: Exception,
    *,
    failures: int,
    attempt: int,
    policy: RetryPolicy,
    randomness: random.Random,
) -> Later | Park:
    """The verdict on a message after its ``failures``-th failure here, at this delivery."""
    if isinstance(error, ParleyError) and not is_passing(error):
        return Park(DeadLetterCode.PERMANENT)
    if policy.is_exhausted(failures) or attempt >= LAST_DELIVERY:
        return Park(DeadLetterCode.EXHAUSTED)
    asked = error.retry_after if isinstance(error, RetryableError) else None
    delay = policy.delay(failures, asked=asked, randomness=randomness)
    if isinstance(error, Conflict):
        delay = min(delay, CONFLICT_SECONDS)
    return Later(max(1, math.ceil(delay)))


def is_passing(error: Exception) -> bool:
    """Whether the error concerns the moment and not what was asked for."""
    return isinstance(error, RetryableError | Conflict)
