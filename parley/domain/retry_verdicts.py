"""Remembers failed deliveries, and decides what happens to a message after one. Pure."""

from __future__ import annotations

import math
import random
from collections import OrderedDict
from dataclasses import dataclass

from parley.domain.ports import Received
from parley.domain.retry import RetryPolicy
from parley.errors import Conflict, ParleyError, RetryableError
from schema.reasons import DeadLetterCode

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
    last_delivery: int,
    policy: RetryPolicy,
    randomness: random.Random,
) -> Retry | DeadLetter:
    """Decide after the ``failures``-th failure in this process, at this delivery attempt.

    A message that fails at ``last_delivery`` is dead-lettered, even if it failed nowhere else here.
    """
    if isinstance(error, ParleyError) and not is_transient(error):
        return DeadLetter(DeadLetterCode.PERMANENT)
    if policy.is_exhausted(failures) or attempt >= last_delivery:
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


MAX_REMEMBERED = 20_000
"""Messages remembered, about 200 bytes each; the least recently seen are forgotten first."""

UNEXPLAINED_DELIVERIES = 2
"""Earlier deliveries without a known end that make a message a suspect. In a process that has just
started that is its third delivery."""


@dataclass(slots=True)
class Record:
    """Counts for one message in this process."""

    failures: int = 0
    ends: int = 0


class DeliveryHistory:
    """Failures and known ends by message id.

    Pub/Sub's attempt also counts expired leases and messages that were given back. Only a delivery
    whose end nobody saw can have killed a process, and only a failure counts as a failure.
    """

    def __init__(self) -> None:
        # Three look-ups a message; an OrderedDict is written in C.
        self._records: OrderedDict[str, Record] = OrderedDict()

    def add_failure(self, message_id: str) -> int:
        """Count a failure, and return the number of failures."""
        record = self._record(message_id)
        record.failures += 1
        return record.failures

    def add_end(self, message_id: str) -> None:
        """Count a delivery that ended while this process lived."""
        self._record(message_id).ends += 1

    def forget(self, message_id: str) -> None:
        """Drop a message that is done."""
        self._records.pop(message_id, None)

    def has_failed(self, message_id: str) -> bool:
        record = self._records.get(message_id)
        return record is not None and record.failures > 0

    def is_suspect(self, received: Received) -> bool:
        """Return whether too many earlier deliveries have no known end."""
        record = self._records.get(received.message_id)
        ends = record.ends if record is not None else 0
        return received.attempt - 1 - ends >= UNEXPLAINED_DELIVERIES

    def _record(self, message_id: str) -> Record:
        record = self._records.setdefault(message_id, Record())
        self._records.move_to_end(message_id)
        if len(self._records) > MAX_REMEMBERED:
            self._records.popitem(last=False)
        return record
