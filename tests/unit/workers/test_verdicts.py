import random

import pytest

from parley.domain.errors import (
    CommitOutcomeUnknown,
    Conflict,
    PermanentError,
    Refused,
    RetryableError,
    StoreRejected,
    StoreUnavailable,
)
from parley.domain.retry import RetryPolicy
from schema.reasons import DeadLetterCode
from workers.verdicts import Later, Park, judge

POLICY = RetryPolicy(max_attempts=20, first_seconds=1, max_seconds=60)


def verdict(error: Exception, *, failures: int = 1, attempt: int = 1) -> Later | Park:
    return judge(
        error, failures=failures, attempt=attempt, policy=POLICY, randomness=random.Random(1)
    )


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable("away"),
        CommitOutcomeUnknown("lost"),
        RetryableError("later"),
        Conflict("raced"),
        KeyError("a fault"),
        TimeoutError("slow"),
    ],
)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    assert isinstance(verdict(error), Later)


@pytest.mark.parametrize(
    "error", [PermanentError("no"), StoreRejected("no"), Refused("internal", "internal", "no")]
)
def test_what_can_never_work_is_parked_at_once(error: Exception) -> None:
    assert verdict(error) == Park(DeadLetterCode.PERMANENT)


def test_the_wait_is_at_least_what_the_other_side_asked() -> None:
    assert verdict(RetryableError("slow down", retry_after=90.5)) == Later(91)


def test_the_wait_grows_with_the_failures_seen_here_and_not_with_deliveries() -> None:
    few = verdict(KeyError("x"), failures=1, attempt=50)
    many = verdict(KeyError("x"), failures=10, attempt=10)
    assert isinstance(few, Later)
    assert isinstance(many, Later)
    assert few.seconds == 1
    assert many.seconds >= 30


def test_a_lost_race_waits_a_few_seconds_at_most() -> None:
    later = verdict(Conflict("raced"), failures=15)
    assert isinstance(later, Later)
    assert later.seconds <= 5


def test_too_many_failures_are_parked_as_exhausted() -> None:
    assert verdict(KeyError("x"), failures=20) == Park(DeadLetterCode.EXHAUSTED)


def test_what_still_fails_is_parked_before_the_queue_itself_drops_it() -> None:
    assert verdict(KeyError("x"), attempt=79) != Park(DeadLetterCode.EXHAUSTED)
    assert verdict(KeyError("x"), attempt=80) == Park(DeadLetterCode.EXHAUSTED)
