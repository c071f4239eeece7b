"""Retry reads after transient errors. Commits are never retried here."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import grpc

from parley.adapters.firestore.error_mapping import read_error
from parley.domain.ports import Clock
from parley.domain.retry import Retry, RetryPolicy, retry
from parley.errors import StoreUnavailable

READ_RETRY = RetryPolicy(max_attempts=4, first_seconds=0.1, max_seconds=2.0)

T = TypeVar("T")


class ReadRetries:
    """Makes reads, and makes them again while the store is unavailable."""

    def __init__(self, clock: Clock, randomness: random.Random) -> None:
        self._clock = clock
        self._randomness = randomness

    async def read(self, read: Callable[[], Awaitable[T]]) -> T:
        """Return what the read returns; raise Parley's errors."""

        async def call() -> T:
            try:
                return await read()
            except grpc.RpcError as error:
                raise read_error(error) from error

        return await retry(
            call,
            policy=READ_RETRY,
            sleep=self._clock.sleep,
            randomness=self._randomness,
            when=_when_away,
        )


def _when_away(error: Exception) -> Retry | None:
    return Retry(error.retry_after) if isinstance(error, StoreUnavailable) else None
