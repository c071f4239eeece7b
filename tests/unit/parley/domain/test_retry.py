"""Back-off with jitter, and the loop that calls again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest

from parley.domain.retry import Retry, RetryPolicy, retry
from parley.errors import PermanentError, RetryableError

POLICY = RetryPolicy(max_attempts=4, first_seconds=1, max_seconds=3)


class Calls:
    """A call that fails with these errors in turn and then answers; and its waits."""

    def __init__(self, errors: Sequence[Exception]) -> None:
        self.errors = list(errors)
        self.made = 0
        self.waits: list[float] = []

    async def call(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def run(self) -> str:
        return asyncio.run(
            retry(
                self.call,
                policy=POLICY,
                sleep=self.sleep,
                randomness=random.Random(7),
                when=judge,
            )
        )


def judge(error: Exception) -> Retry | None:
    return Retry(error.retry_after) if isinstance(error, RetryableError) else None


def test_a_successful_call_is_made_once_without_waiting() -> None:
    calls = Calls([])
    assert calls.run() == "answer"
    assert (calls.made, calls.waits) == (1, [])


def test_each_wait_stays_below_a_ceiling_that_doubles_up_to_the_longest() -> None:
    calls = Calls([RetryableError("away")] * 3)
    assert calls.run() == "answer"
    assert len(calls.waits) == 3
    assert all(wait <= ceiling for wait, ceiling in zip(calls.waits, [1, 2, 3], strict=True))


def test_no_wait_is_shorter_than_requested() -> None:
    calls = Calls([RetryableError("busy", retry_after=9.0)])
    calls.run()
    assert calls.waits == [9.0]


def test_the_last_error_is_raised_when_the_attempts_are_exhausted() -> None:
    calls = Calls([RetryableError(f"away {number}") for number in range(1, 9)])
    with pytest.raises(RetryableError, match="away 4"):
        calls.run()
    assert calls.made == 4


def test_an_error_that_is_not_retried_is_raised_at_once() -> None:
    calls = Calls([PermanentError("never")])
    with pytest.raises(PermanentError):
        calls.run()
    assert (calls.made, calls.waits) == (1, [])


def test_cancelling_ends_the_loop() -> None:
    async def main() -> None:
        async def never() -> str:
            raise asyncio.CancelledError

        await retry(
            never,
            policy=POLICY,
            sleep=asyncio.sleep,
            randomness=random.Random(7),
            when=lambda error: Retry(),
        )

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
