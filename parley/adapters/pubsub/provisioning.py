"""Create, repair and look for the topics and subscriptions of ``parley/queues.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import grpc
from google.protobuf import field_mask_pb2

from parley.adapters.pubsub.channel import (
    CREATE_SUBSCRIPTION,
    CREATE_TOPIC,
    DELETE_SUBSCRIPTION,
    GET_SUBSCRIPTION,
    GET_TOPIC,
    UPDATE_SUBSCRIPTION,
    DeleteSubscriptionRequest,
    GetSubscriptionRequest,
    GetTopicRequest,
    Method,
    PubSubChannel,
    Subscription,
    Topic,
    UpdateSubscriptionRequest,
    to_parley_error,
)
from parley.errors import QueueMissing
from parley.queues import KEEP_SECONDS, MAX_DELIVERY_ATTEMPTS, QUEUES, Queue
from schema.events import QueueName

CALL_SECONDS = 15.0
DEAD_ACK_DEADLINE_SECONDS = 60

DELETED_TOPIC = "_deleted-topic_"
"""The topic that Pub/Sub reports for a subscription whose topic was deleted."""

Outcome = Literal["created", "changed", "unchanged", "drifted"]


@dataclass(frozen=True, slots=True)
class Provisioned:
    """The outcome for one resource.

    ``drifted``: it differs in ``fields`` that cannot be changed in place, so it must be recreated.
    """

    kind: Literal["topic", "subscription"]
    name: str
    outcome: Outcome
    fields: tuple[str, ...] = ()


async def provision(
    channel: PubSubChannel, queues: Iterable[QueueName] = QUEUES
) -> list[Provisioned]:
    """Create missing resources, repair what can be repaired, and return the outcomes in order.

    Idempotent, and safe beside running workers and other calls. Raise ``QueueUnavailable``.
    """
    done: list[Provisioned] = []
    try:
        for name in queues:
            queue = QUEUES[name]
            # The dead-letter topic and the subscription that keeps its messages come first, so that
            # nothing is ever dead-lettered into a topic that forgets it.
            done.append(await _topic(channel, queue.dead_letter_topic))
            done.append(await _subscription(channel, _keeping(channel, queue)))
            done.append(await _topic(channel, queue.topic))
            done.append(await _subscription(channel, _working(channel, queue)))
    except grpc.aio.AioRpcError as error:
        raise to_parley_error(error) from error
    return done


async def require_provisioned(channel: PubSubChannel, queues: Iterable[QueueName] = QUEUES) -> None:
    """Raise ``QueueMissing`` that names the topics and subscriptions that do not exist.

    Raise another ``QueueUnavailable`` if Pub/Sub does not answer or refuses to.
    """
    asked: list[tuple[str, Method, Any]] = []
    for queue in map(QUEUES.__getitem__, queues):
        for topic in (queue.topic, queue.dead_letter_topic):
            request = GetTopicRequest(topic=channel.topic(topic))
            asked.append((f"topic {topic}", GET_TOPIC, request))
        for name in (queue.subscription, queue.dead_letter_subscription):
            request = GetSubscriptionRequest(subscription=channel.subscription(name))
            asked.append((f"subscription {name}", GET_SUBSCRIPTION, request))
    try:
        found = await asyncio.gather(*(_get(channel, *call) for _, *call in asked))
    except grpc.aio.AioRpcError as error:
        raise to_parley_error(error) from error
    missing = [name for (name, *_), one in zip(asked, found, strict=True) if one is None]
    if missing:
        raise QueueMissing(f"{len(missing)} of {len(asked)} are missing: {', '.join(missing)}")


def _working(channel: PubSubChannel, queue: Queue) -> Any:
    """Return the subscription that workers pull."""
    wanted = _never_expiring(channel, queue.subscription, queue.topic)
    wanted.ack_deadline_seconds = queue.ack_deadline_seconds
    wanted.dead_letter_policy.dead_letter_topic = channel.topic(queue.dead_letter_topic)
    wanted.dead_letter_policy.max_delivery_attempts = MAX_DELIVERY_ATTEMPTS
    return wanted


def _keeping(channel: PubSubChannel, queue: Queue) -> Any:
    """Return the subscription that keeps dead letters; a topic without one drops them."""
    wanted = _never_expiring(channel, queue.dead_letter_subscription, queue.dead_letter_topic)
    wanted.ack_deadline_seconds = DEAD_ACK_DEADLINE_SECONDS
    return wanted


def _never_expiring(channel: PubSubChannel, name: str, topic: str) -> Any:
    wanted = Subscription(name=channel.subscription(name), topic=channel.topic(topic))
    wanted.message_retention_duration.seconds = KEEP_SECONDS
    # An expiration policy without a time means never. Without a policy it would be 31 days.
    wanted.expiration_policy.SetInParent()
    return wanted


async def _topic(channel: PubSubChannel, name: str) -> Provisioned:
    wanted = Topic(name=channel.topic(name))
    there = await _get(channel, GET_TOPIC, GetTopicRequest(topic=wanted.name))
    if there is None and await _create(channel, CREATE_TOPIC, wanted):
        return Provisioned("topic", name, "created")
    return Provisioned("topic", name, "unchanged")


async def _subscription(channel: PubSubChannel, wanted: Any) -> Provisioned:
    name = wanted.name.rsplit("/", 1)[-1]
    request = GetSubscriptionRequest(subscription=wanted.name)
    there = await _get(channel, GET_SUBSCRIPTION, request)
    if there is None:
        if await _create(channel, CREATE_SUBSCRIPTION, wanted):
            return Provisioned("subscription", name, "created")
        there = await _call(channel, GET_SUBSCRIPTION, request)
    if there.topic == DELETED_TOPIC:
        # Its topic was deleted under it; it is attached to nothing for ever. What it still held
        # goes with it, and the sweeper queues again what is not done.
        await _call(
            channel, DELETE_SUBSCRIPTION, DeleteSubscriptionRequest(subscription=wanted.name)
        )
        await _create(channel, CREATE_SUBSCRIPTION, wanted)
        return Provisioned("subscription", name, "changed", ("topic",))
    changed: list[str] = []
    kept: list[str] = []
    if there.topic != wanted.topic:
        kept.append("topic")
    for field in _drifted(there, wanted):
        (changed if await _update(channel, wanted, field) else kept).append(field)
    if kept:
        return Provisioned("subscription", name, "drifted", tuple(kept))
    return Provisioned("subscription", name, "changed" if changed else "unchanged", tuple(changed))


def _drifted(there: Any, wanted: Any) -> list[str]:
    fields = (
        "ack_deadline_seconds",
        "message_retention_duration",
        "expiration_policy",
        "dead_letter_policy",
    )
    return [field for field in fields if getattr(there, field) != getattr(wanted, field)]


async def _update(channel: PubSubChannel, wanted: Any, field: str) -> bool:
    """Change one field; return False if the service does not allow it.

    One field at a time, because a field that cannot be changed fails the whole update.
    """
    request = UpdateSubscriptionRequest(
        subscription=wanted, update_mask=field_mask_pb2.FieldMask(paths=[field])
    )
    try:
        await _call(channel, UPDATE_SUBSCRIPTION, request)
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
            return False
        raise
    return True


async def _get(channel: PubSubChannel, method: Method, request: Any) -> Any | None:
    try:
        return await _call(channel, method, request)
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise


async def _create(channel: PubSubChannel, method: Method, wanted: Any) -> bool:
    """Create it; return False if it already exists."""
    try:
        await _call(channel, method, wanted)
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.ALREADY_EXISTS:
            return False
        raise
    return True


async def _call(channel: PubSubChannel, method: Method, request: Any) -> Any:
    return await channel.call(method, request, timeout=CALL_SECONDS)
