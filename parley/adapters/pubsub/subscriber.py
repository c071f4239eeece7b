"""Taking messages from Pub/Sub by unary pull.

A unary pull takes up to a thousand messages in one call, and they can be acknowledged in one call
again: what costs is work per message (design, section 5).
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
    classed,
)
from parley.domain.ports import Received
from parley.queues import QUEUES
from schema.events import QueueName

PULL_SECONDS = 5.0
"""The deadline of a pull. The server answers with none about a second before it, so nothing is on
its way when it passes. It is far below a lease on purpose: the emulator goes on filling the pulls
of a client that was killed or gave up until then, and such messages come a lease late."""

CALL_SECONDS = 5.0
"""Well below a lease: an answer that comes later is of no use."""

IDS_PER_CALL = 2_500
"""What the client library sends too: a request may have 512 KiB, and an id takes up to 200."""

LONGEST_LEASE_SECONDS = 600
"""The most that Pub/Sub takes in one extension."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PubSubSubscriber:
    """The Subscriber port on Pub/Sub.

    ``attempt`` is Pub/Sub's ``delivery_attempt``, which is counted because every subscription has
    a dead-letter policy (without one it is 0); it counts expired leases and what was given back.
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
            raise classed(error) from error
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
        """Pub/Sub tells its backlog to Cloud Monitoring alone, minutes late: None."""
        return None

    async def _call(self, method: Any, request: Any) -> None:
        try:
            await self._channel.call(method, request, timeout=CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise classed(error) from error

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
