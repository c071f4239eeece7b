"""The gRPC channel to Pub/Sub, and its calls.

The calls use the library's generated protobuf classes and skip its client objects, whose proto-plus
layer costs more than the work (ADR 4).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import grpc
from google.protobuf import empty_pb2

from parley.adapters.google_channels import open_google_channel
from parley.adapters.without_clients import without_clients
from parley.errors import PermanentError, QueueMissing, QueueUnavailable

with without_clients("google.pubsub_v1"):
    from google.pubsub_v1.types import pubsub as types

HOST = "pubsub.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/pubsub"


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API: its full name and its protobuf classes."""

    path: str
    request: Any
    response: Any


Topic: Any = types.Topic.pb()
Subscription: Any = types.Subscription.pb()
PublishRequest: Any = types.PublishRequest.pb()
PullRequest: Any = types.PullRequest.pb()
AcknowledgeRequest: Any = types.AcknowledgeRequest.pb()
ModifyAckDeadlineRequest: Any = types.ModifyAckDeadlineRequest.pb()
GetTopicRequest: Any = types.GetTopicRequest.pb()
GetSubscriptionRequest: Any = types.GetSubscriptionRequest.pb()
DeleteSubscriptionRequest: Any = types.DeleteSubscriptionRequest.pb()
UpdateSubscriptionRequest: Any = types.UpdateSubscriptionRequest.pb()

_PUBLISHER = "/google.pubsub.v1.Publisher/"
_SUBSCRIBER = "/google.pubsub.v1.Subscriber/"

PUBLISH = Method(_PUBLISHER + "Publish", PublishRequest, types.PublishResponse.pb())
CREATE_TOPIC = Method(_PUBLISHER + "CreateTopic", Topic, Topic)
GET_TOPIC = Method(_PUBLISHER + "GetTopic", GetTopicRequest, Topic)
PULL = Method(_SUBSCRIBER + "Pull", PullRequest, types.PullResponse.pb())
ACKNOWLEDGE = Method(_SUBSCRIBER + "Acknowledge", AcknowledgeRequest, empty_pb2.Empty)
MODIFY_ACK_DEADLINE = Method(
    _SUBSCRIBER + "ModifyAckDeadline", ModifyAckDeadlineRequest, empty_pb2.Empty
)
CREATE_SUBSCRIPTION = Method(_SUBSCRIBER + "CreateSubscription", Subscription, Subscription)
GET_SUBSCRIPTION = Method(_SUBSCRIBER + "GetSubscription", GetSubscriptionRequest, Subscription)
DELETE_SUBSCRIPTION = Method(
    _SUBSCRIBER + "DeleteSubscription", DeleteSubscriptionRequest, empty_pb2.Empty
)
UPDATE_SUBSCRIPTION = Method(
    _SUBSCRIBER + "UpdateSubscription", UpdateSubscriptionRequest, Subscription
)

_OPTIONS = [
    # A pull of a thousand full messages is larger than gRPC's 4 MB.
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # gRPC waits up to two minutes before it reconnects; a worker must be back sooner.
    ("grpc.initial_reconnect_backoff_ms", 200),
    # The time that an attempt to connect may take: a busy emulator needs a second.
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]
# A connection that died without a word would look like a queue that is empty for ever. Google's
# front end takes a ping every 30 s, as its own libraries send; the emulator hangs up on them.
_KEEPALIVE = [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 10_000)]


@dataclass(slots=True)
class _Open:
    """A channel in one event loop, and the calls made on it so far."""

    channel: Any
    calls: dict[str, Any] = field(default_factory=dict)


class PubSubChannel:
    """A channel, opened at the first call in the event loop of the caller.

    gRPC binds a channel to one loop. A function that is called synchronously may run each call in a
    loop of its own, or all in the loop of one thread, so each loop gets its own channel.
    """

    def __init__(self, project_id: str, *, emulator_host: str | None) -> None:
        self.project_id = project_id
        self._emulator_host = emulator_host
        self._open: WeakKeyDictionary[asyncio.AbstractEventLoop, _Open] = WeakKeyDictionary()

    @property
    def is_emulator(self) -> bool:
        return self._emulator_host is not None

    def topic(self, name: str) -> str:
        """Return a topic's full name."""
        return f"projects/{self.project_id}/topics/{name}"

    def subscription(self, name: str) -> str:
        """Return a subscription's full name."""
        return f"projects/{self.project_id}/subscriptions/{name}"

    async def call(self, method: Method, request: Any, *, timeout: float) -> Any:
        """Make one call; raise ``grpc.aio.AioRpcError``. ``timeout`` in seconds."""
        loop = asyncio.get_running_loop()
        there = self._open.get(loop)
        if there is None:
            there = self._open[loop] = _Open(self._new_channel())
        made = there.calls.get(method.path)
        if made is None:
            made = there.calls[method.path] = there.channel.unary_unary(
                method.path,
                request_serializer=method.request.SerializeToString,
                response_deserializer=method.response.FromString,
            )
        return await made(request, timeout=timeout)

    def _new_channel(self) -> Any:
        if self._emulator_host is not None:
            return grpc.aio.insecure_channel(self._emulator_host, options=_OPTIONS)
        return open_google_channel(HOST, SCOPE, [*_OPTIONS, *_KEEPALIVE])

    async def close(self) -> None:
        """Close this loop's channel; a later call opens a new one."""
        if there := self._open.pop(asyncio.get_running_loop(), None):
            await there.channel.close()


def to_parley_error(error: grpc.aio.AioRpcError) -> Exception:
    """Return Pub/Sub's error as one of Parley's."""
    text = f"Pub/Sub answered {error.code().name}: {error.details()}"
    if error.code() is grpc.StatusCode.NOT_FOUND:
        return QueueMissing(f"{text} (`parley provision` makes what is missing)")
    if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
        return PermanentError(text)
    return QueueUnavailable(text)
