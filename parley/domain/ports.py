"""The ports that services need beside the store, and adapters and twins provide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from parley.domain.delivery.push import Notification, PushResult
from schema.events import Payload, QueueName


class Publisher(Protocol):
    """Puts payloads on their queues."""

    async def publish(self, payloads: Sequence[Payload]) -> None:
        """Returns when every payload is stored by the queue; raises ``QueueUnavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """A queue message in hand. ``attempt`` counts deliveries from 1; 0 where nobody counts them."""

    ack_id: str
    message_id: str
    data: bytes
    attempt: int
    published_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)


class Subscriber(Protocol):
    """Takes messages from queues. Each method raises ``QueueUnavailable``."""

    async def pull(self, queue: QueueName, *, max_messages: int) -> list[Received]:
        """Up to so many messages; waits a while for the first, and may answer with none."""
        ...

    async def acknowledge(self, queue: QueueName, ack_ids: Sequence[str]) -> None:
        """Done with these: they are not delivered again, as far as the queue can tell."""
        ...

    async def extend(self, queue: QueueName, ack_ids: Sequence[str], *, seconds: int) -> None:
        """Keep these for so long from now; 0 gives them back at once."""
        ...

    async def backlog(self, queue: QueueName) -> int | None:
        """Messages waiting or in hand, None where the queue cannot say."""
        ...


class PushSender(Protocol):
    """Hands notifications to the push provider."""

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        """One result a notification, in order. Never raises for a single notification's fate."""
        ...


class Clock(Protocol):
    """The time, and the waiting for it, so that both can be virtual."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; only for backing off, never for something that could be awaited."""
        ...


class IdFactory(Protocol):
    """Draws ids where nothing can be derived."""

    def new_id(self) -> str:
        """20 characters of ``A-Za-z0-9``, as Firestore's clients draw them."""
        ...
