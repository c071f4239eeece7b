import random

import pytest

from parley.domain.access import RefusalKind, Refused
from parley.domain.retry import RetryPolicy
from parley.domain.retry_verdicts import DeadLetter, Retry, judge
from parley.errors import (
    CommitOutcomeUnknown,
    Conflict,
    PermanentError,
    RetryableError,
    StoreRejected,
    StoreUnavailable,
)
from parley.queues import LAST_DELIVERY
from schema.reasons import CallableReason, DeadLetterCode

POLICY = RetryPolicy(max_attempts=20, first_seconds=1, max_seconds=60)


def verdict(error: Exception, *, failures: int = 1, attempt: int = 1) -> Retry | DeadLetter:
    return judge(
        error,
        failures=failures,
        attempt=attempt,
        last_delivery=LAST_DELIVERY,
        policy=POLICY,
        randomness=random.Random(1),
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
    assert isinstance(verdict(error), Retry)


@pytest.mark.parametrize(
    "error",
    [
        PermanentError("no"),
        StoreRejected("no"),
        Refused(RefusalKind.FORBIDDEN, CallableReason.NOT_ALLOWED, "no"),
    ],
)
def test_what_can_never_work_is_parked_at_once(error: Exception) -> None:
    assert verdict(error) == DeadLetter(DeadLetterCode.PERMANENT)


def test_the_wait_is_at_least_what_the_other_side_asked() -> None:
    assert verdict(RetryableError("slow down", retry_after=90.5)) == Retry(91)


def waits(*, failures: int, attempt: int) -> list[int]:
    """The waits of many messages that failed together."""
    randomness = random.Random(7)
    verdicts = [
        judge(
            KeyError("x"),
            failures=failures,
            attempt=attempt,
            last_delivery=LAST_DELIVERY,
            policy=POLICY,
            randomness=randomness,
        )
        for _ in range(500)
    ]
    return [one.seconds for one in verdicts if isinstance(one, Retry)]


def test_the_wait_grows_with_the_failures_seen_here_and_not_with_deliveries() -> None:
    assert set(waits(failures=1, attempt=50)) == {1}
    many = waits(failures=10, attempt=10)
    assert len(many) == 500
    assert 25 <= sum(many) / 500 <= 35
    assert max(many) <= 60


def test_what_failed_together_comes_back_at_any_time_up_to_the_longest_wait() -> None:
    many = waits(failures=10, attempt=10)
    assert {one // 10 for one in many} >= {0, 1, 2, 3, 4, 5}


def test_a_lost_race_waits_a_few_seconds_at_most() -> None:
    later = verdict(Conflict("raced"), failures=15)
    assert isinstance(later, Retry)
    assert later.seconds <= 5


def test_too_many_failures_are_parked_as_exhausted() -> None:
    assert verdict(KeyError("x"), failures=20) == DeadLetter(DeadLetterCode.EXHAUSTED)


def test_what_still_fails_is_parked_before_the_queue_itself_drops_it() -> None:
    assert verdict(KeyError("x"), attempt=79) != DeadLetter(DeadLetterCode.EXHAUSTED)
    assert verdict(KeyError("x"), attempt=80) == DeadLetter(DeadLetterCode.EXHAUSTED)


@pytest.mark.parametrize("attempt", [1, 4, 7, 20, 1_000])
def test_a_delay_is_drawn_from_nothing_to_its_ceiling(attempt: int) -> None:
    randomness = random.Random(3)
    ceiling = min(60, 2 ** (attempt - 1))
    drawn = [POLICY.delay(attempt, asked=None, randomness=randomness) for _ in range(500)]
    assert min(drawn) < ceiling / 20
    assert ceiling * 0.95 < max(drawn) <= ceiling


def test_a_delay_is_never_less_than_what_was_asked_for() -> None:
    drawn = [POLICY.delay(3, asked=2.5, randomness=random.Random(seed)) for seed in range(50)]
    assert min(drawn) == 2.5
