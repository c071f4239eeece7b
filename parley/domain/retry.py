"""Back-off with jitter: when a failed call is tried again, and the loop that tries it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter.

    ``max_attempts`` counts attempts that *ended in an error*. For a queue message it counts those
    that one process knows of, and bounds them together with the queue's own delivery attempt.
    """

    max_attempts: int = 20
    first_seconds: float = 1.0
    max_seconds: float = 60.0

    def delay(self, attempt: int, *, asked: float | None, randomness: random.Random) -> float:
        """Return the seconds to wait after this many attempts; never less than ``asked``.

        Draw from 0 up to a ceiling that doubles with each attempt, so that calls that failed
        together do not come back together.
        """
        ceiling = min(self.max_seconds, self.first_seconds * 2 ** min(attempt - 1, 16))
        return max(asked or 0.0, randomness.uniform(0.0, ceiling))

    def is_exhausted(self, attempt: int) -> bool:
        """Return whether a call that failed at this attempt is not tried again."""
        return attempt >= self.max_attempts


@dataclass(frozen=True, slots=True)
class Retry:
    """The call may be tried again. ``asked``: seconds that the other side asked to wait."""

    asked: float | None = None


async def retry(
    call: Callable[[], Awaitable[T]],
    *,
    policy: RetryPolicy,
    sleep: Callable[[float], Awaitable[None]],
    randomness: random.Random,
    when: Callable[[Exception], Retry | None],
) -> T:
    """Call until it succeeds, waiting between attempts as ``policy`` says.

    ``when`` judges each error: a ``Retry``, or None to raise it. Raise the last error when the
    attempts are exhausted. Cancellation always passes through.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return await call()
        except Exception as error:
            verdict = when(error)
            if verdict is None or policy.is_exhausted(attempt):
                raise
        await sleep(policy.delay(attempt, asked=verdict.asked, randomness=randomness))
