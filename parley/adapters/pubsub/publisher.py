"""Publish many payloads in one call."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from typing import Any

import grpc

from parley.adapters.pubsub.channel import PUBLISH, PublishRequest, PubSubChannel, to_parley_error
from parley.adapters.system import SystemClock
from parley.domain.ports import Clock
from parley.domain.retry import Retry, RetryPolicy, retry
from parley.queues import MESSAGE_BYTES, QUEUES, encode
from schema.events import Payload, QueueName

MESSAGES_PER_CALL = 1_000
"""The most messages of one call (cloud.google.com/pubsub/quotas)."""

CALL_SECONDS = 5.0
DEADLINE_SECONDS = 12.0
PUBLISH_RETRY = RetryPolicy(max_attempts=100, first_seconds=0.1, max_seconds=3.0)
"""The deadline ends the retries long before the attempts are exhausted."""

_TRANSIENT = frozenset(
    {
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.UNKNOWN,
    }
)


class PubSubPublisher:
    """The Publisher port on Pub/Sub.

    The data of a message is the payload's JSON, and its attribute ``type`` the payload's class.
    Transient errors are retried for ``deadline_seconds`` in all, so a payload may be published
    twice; every handler tolerates that. A payload that is too long raises ``PermanentError`` before
    any is sent.
    """

    def __init__(
        self,
        channel: PubSubChannel,
        *,
        clock: Clock | None = None,
        randomness: random.Random | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._channel = channel
        self._clock = clock or SystemClock()
        self._randomness = randomness or random.Random()
        self._deadline_seconds = deadline_seconds

    async def publish(self, payloads: Sequence[Payload]) -> None:
        by_queue: dict[QueueName, list[Payload]] = {}
        for payload in payloads:
            by_queue.setdefault(payload.queue, []).append(payload)
        requests = [
            request
            for queue, those in by_queue.items()
            for request in _requests(self._channel.topic(QUEUES[queue].topic), those)
        ]
        deadline = asyncio.get_running_loop().time() + self._deadline_seconds
        for request in requests:
            await self._send(request, deadline)

    async def _send(self, request: Any, deadline: float) -> None:
        monotonic = asyncio.get_running_loop().time

        def left() -> float:
            return deadline - monotonic()

        async def call() -> None:
            timeout = max(0.5, min(CALL_SECONDS, left()))
            await self._channel.call(PUBLISH, request, timeout=timeout)

        def when(error: Exception) -> Retry | None:
            is_transient = isinstance(error, grpc.aio.AioRpcError) and error.code() in _TRANSIENT
            return Retry() if is_transient and left() > 0 else None

        try:
            await retry(
                call,
                policy=PUBLISH_RETRY,
                sleep=lambda seconds: self._clock.sleep(max(0.0, min(seconds, left()))),
                randomness=self._randomness,
                when=when,
            )
        except grpc.aio.AioRpcError as error:
            raise to_parley_error(error) from error


def _requests(topic: str, payloads: Sequence[Payload]) -> Iterator[Any]:
    """Split payloads into requests within the limits of one call, in order."""
    request, size = PublishRequest(topic=topic), 0
    for payload in payloads:
        data = encode(payload)
        if len(request.messages) == MESSAGES_PER_CALL or size + len(data) > MESSAGE_BYTES:
            yield request
            request, size = PublishRequest(topic=topic), 0
        request.messages.add(data=data, attributes={"type": type(payload).__name__})
        # Allow for the attribute and the framing.
        size += len(data) + 100
    if request.messages:
        yield request
