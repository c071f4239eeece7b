"""Pull messages from Pub/Sub with unary calls.

A unary pull takes up to a thousand messages in one call, and one call acknowledges them: cost is
work for each message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc

from parley.adapters.pubsub.channel import (
    ACKNOWLEDGE,
    MODIFY_ACK_DEADLINE,
    PULL,
    AcknowledgeRequest,
    ModifyAckDeadlineRequest,
    PubSubChannel,
    PullRequest,
    to_parley_error,
)
from parley.domain.ports import Received
from parley.queues import QUEUES
from schema.events import QueueName

PULL_SECONDS = 5.0
"""The deadline of a pull. The server answers an empty pull about a second before it, so no message
is on its way when it passes. It is far below a lease on purpose: the emulator keeps answering the
pulls of a killed client until then, and such messages come a lease late."""

CALL_SECONDS = 5.0
"""Well below a lease, because a later answer is useless."""

IDS_PER_CALL = 2_500
"""The client library's own limit: a request may have 512 KiB, and an id takes up to 200."""

LONGEST_LEASE_SECONDS = 600
"""The longest extension that Pub/Sub allows."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PubSubSubscriber:
    """The Subscriber port on Pub/Sub.

    ``attempt`` is Pub/Sub's ``delivery_attempt``. It counts because every subscription has a
    dead-letter policy (without one it is 0), and includes expired leases and returned messages.
    """

    def __init__(self, channel: PubSubChannel, *, pull_seconds: float = PULL_SECONDS) -> None:
        self._channel = channel
        self._pull_seconds = pull_seconds

    async def pull(self, queue: QueueName, *, max_messages: int) -> list[Received]:
        request = PullRequest(subscription=self._name(queue), max_messages=max_messages)
        try:
            answer = await self._channel.call(PULL, request, timeout=self._pull_seconds)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                return []
            raise to_parley_error(error) from error
        return [_received(message) for message in answer.received_messages]

    async def acknowledge(self, queue: QueueName, ack_ids: Sequence[str]) -> None:
        for some in _slices(ack_ids):
            request = AcknowledgeRequest(subscription=self._name(queue), ack_ids=some)
            await self._call(ACKNOWLEDGE, request)

    async def extend(self, queue: QueueName, ack_ids: Sequence[str], *, seconds: int) -> None:
        for some in _slices(ack_ids):
            request = ModifyAckDeadlineRequest(
                subscription=self._name(queue),
                ack_ids=some,
                ack_deadline_seconds=min(seconds, LONGEST_LEASE_SECONDS),
            )
            await self._call(MODIFY_ACK_DEADLINE, request)

    async def backlog(self, queue: QueueName) -> int | None:
        """Return None: Pub/Sub reports its backlog only to Cloud Monitoring, minutes late."""
        return None

    async def _call(self, method: Any, request: Any) -> None:
        try:
            await self._channel.call(method, request, timeout=CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise to_parley_error(error) from error

    def _name(self, queue: QueueName) -> str:
        return self._channel.subscription(QUEUES[queue].subscription)


def _received(message: Any) -> Received:
    inner = message.message
    published = timedelta(
        seconds=inner.publish_time.seconds, microseconds=inner.publish_time.nanos // 1_000
    )
    return Received(
        ack_id=message.ack_id,
        message_id=inner.message_id,
        data=inner.data,
        attempt=message.delivery_attempt,
        published_at=_EPOCH + published,
        attributes=dict(inner.attributes),
    )


def _slices(ack_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ack_ids), IDS_PER_CALL):
        yield ack_ids[start : start + IDS_PER_CALL]
