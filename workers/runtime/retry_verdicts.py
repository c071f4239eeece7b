"""Decides what happens to a message whose handler failed. Pure."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from parley.domain.retry import RetryPolicy
from parley.errors import Conflict, ParleyError, RetryableError
from parley.queues import MAX_DELIVERY_ATTEMPTS
from schema.reasons import DeadLetterCode

LAST_DELIVERY = MAX_DELIVERY_ATTEMPTS - 20
"""A message that fails at this delivery is dead-lettered whatever its failures here: soon Pub/Sub
would move it to its own dead-letter topic, which keeps no reason."""

CONFLICT_SECONDS = 5.0
"""The longest wait after a lost race; the winner is done by then."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Redeliver after so many seconds, at least 1: Pub/Sub counts whole ones."""

    seconds: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Never retry; keep the message with this code."""

    code: DeadLetterCode


def judge(
    error: Exception,
    *,
    failures: int,
    attempt: int,
    policy: RetryPolicy,
    randomness: random.Random,
) -> Retry | DeadLetter:
    """Decide after the ``failures``-th failure in this process, at this delivery attempt."""
    if isinstance(error, ParleyError) and not is_transient(error):
        return DeadLetter(DeadLetterCode.PERMANENT)
    if policy.is_exhausted(failures) or attempt >= LAST_DELIVERY:
        return DeadLetter(DeadLetterCode.EXHAUSTED)
    asked = error.retry_after if isinstance(error, RetryableError) else None
    delay = policy.delay(failures, asked=asked, randomness=randomness)
    if isinstance(error, Conflict):
        delay = min(delay, CONFLICT_SECONDS)
    return Retry(max(1, math.ceil(delay)))


def is_transient(error: Exception) -> bool:
    """Return whether the same request may succeed later."""
    return isinstance(error, RetryableError | Conflict)


def must_split(error: Exception, count: int) -> bool:
    """Return whether a failed call of ``count`` messages is repeated one message at a time.

    One bad message must not fail the others. After a transient error nothing is repeated at once;
    the messages come back one by one anyway.
    """
    return count > 1 and not is_transient(error)
