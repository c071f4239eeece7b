"""When a failed queue message is tried again. Decides; the runner acts."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter.

    ``max_attempts`` counts deliveries that *ended in an error*, as far as one process knows, and
    bounds them together with the queue's own delivery attempt.
    """

    max_attempts: int = 20
    first_seconds: float = 1.0
    max_seconds: float = 60.0

    def delay(self, attempt: int, *, asked: float | None, randomness: random.Random) -> float:
        """Seconds to wait after this many attempts; never less than the other side ``asked``.

        Anything from 0 up to a ceiling that doubles with each attempt, so that what failed together
        does not come back together.
        """
        ceiling = min(self.max_seconds, self.first_seconds * 2 ** min(attempt - 1, 16))
        return max(asked or 0.0, randomness.uniform(0.0, ceiling))

    def is_exhausted(self, attempt: int) -> bool:
        """Whether a message that failed at this attempt is to be parked."""
        return attempt >= self.max_attempts
