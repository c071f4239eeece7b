"""A queue in memory: both the Publisher and the Subscriber port, with leases under a clock.

It behaves as Pub/Sub does where a worker can tell: at least once, leases that lapse, attempts that
count what was given back too, acknowledgements that count only for what is still held, dead letters
after the last attempt, a week to be fetched in. Pub/Sub may let a late acknowledgement count, and
its emulator does; nobody can rely on it, so here it never does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from parley.domain.ports import Clock, Received
from parley.errors import PermanentError, QueueMissing, QueueUnavailable
from parley.queues import KEEP_SECONDS, MAX_DELIVERY_ATTEMPTS, MESSAGE_BYTES, QUEUES, encode
from schema.events import Payload, QueueName

PULL_MESSAGES = 1_000
"""The most messages of one pull."""
LONGEST_LEASE_SECONDS = 600
ATTRIBUTES = 100
ATTRIBUTE_KEY_BYTES = 256
ATTRIBUTE_VALUE_BYTES = 1_024


@dataclass(slots=True)
class Stored:
    """A message as the queue keeps it; it is held while ``leased_until`` lies ahead."""

    message_id: str
    data: bytes
    attributes: dict[str, str]
    published_at: datetime
    attempt: int = 0
    ack_id: str = ""
    leased_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of ``acknowledge`` or ``extend`` (with its ``seconds``), for tests to look at."""

    method: str
    queue: QueueName
    ack_ids: tuple[str, ...]
    seconds: int | None = None


@dataclass(slots=True)
class InMemoryQueue:
    """Every queue of ``parley/queues.py``, ready to use.

    ``pull`` waits up to ``pull_seconds`` of the event loop for a message, or for a lease to lapse.
    Leases follow ``clock``; give it a ``LoopClock`` to let both follow the loop.
    ``dead`` holds messages delivered as often as a queue delivers, as its dead-letter topic does.
    """

    clock: Clock
    pull_seconds: float = 0.02
    calls: list[Call] = field(default_factory=list)
    dead: list[Stored] = field(default_factory=list)
    _waiting: dict[QueueName, list[Stored]] = field(
        default_factory=lambda: {name: [] for name in QUEUES}
    )
    _put: asyncio.Event = field(default_factory=asyncio.Event)
    _drawn: int = 0
    _failing: int = 0
    _missing: set[QueueName] = field(default_factory=set)

    async def publish(self, payloads: Sequence[Payload]) -> None:
        await self._meet()
        for payload, data in [(payload, encode(payload)) for payload in payloads]:
            self._require(payload.queue)
            self.put(payload.queue, data, {"type": type(payload).__name__})

    def put(self, queue: QueueName, data: bytes, attributes: dict[str, str] | None = None) -> str:
        """Store any bytes, as somebody outside might; answers the message id."""
        _check_message(data, attributes or {})
        self._drawn += 1
        message_id = str(self._drawn)
        stored = Stored(message_id, data, attributes or {}, self.clock.now())
        self._waiting[queue].append(stored)
        self._put.set()
        return message_id

    async def pull(self, queue: QueueName, *, max_messages: int) -> list[Received]:
        await self._meet()
        self._require(queue)
        if max_messages < 1:
            raise PermanentError(f"a pull asks for at least one message, not for {max_messages}")
        if not (taken := self._take(queue, max_messages)):
            self._put.clear()
            try:
                async with asyncio.timeout(min(self.pull_seconds, self._next_lapse(queue))):
                    await self._put.wait()
            except TimeoutError:
                pass
            taken = self._take(queue, max_messages)
        return taken

    async def acknowledge(self, queue: QueueName, ack_ids: Sequence[str]) -> None:
        await self._meet()
        self._require(queue)
        self.calls.append(Call("acknowledge", queue, tuple(ack_ids)))
        gone = set(ack_ids)
        self._waiting[queue] = [
            kept
            for kept in self._waiting[queue]
            if kept.ack_id not in gone or not self._is_held(kept)
        ]

    async def extend(self, queue: QueueName, ack_ids: Sequence[str], *, seconds: int) -> None:
        await self._meet()
        self._require(queue)
        if seconds < 0:
            raise PermanentError(f"a lease of {seconds} seconds")
        self.calls.append(Call("extend", queue, tuple(ack_ids), seconds))
        lease = timedelta(seconds=min(seconds, LONGEST_LEASE_SECONDS))
        wanted = set(ack_ids)
        for stored in self._waiting[queue]:
            if stored.ack_id in wanted and self._is_held(stored):
                stored.leased_until = self.clock.now() + lease
        self._put.set()

    async def backlog(self, queue: QueueName) -> int | None:
        await self._meet()
        return len(self._waiting[queue])

    def fail(self, times: int = 1) -> None:
        """Let the next calls of any method raise ``QueueUnavailable``, with no effect."""
        self._failing += times

    def lose(self, queue: QueueName) -> None:
        """Delete the topic and subscription: calls raise ``QueueMissing`` until ``provision``."""
        self._missing.add(queue)
        self._waiting[queue].clear()

    async def provision(self, queue: QueueName) -> None:
        """Create it again, empty."""
        self._missing.discard(queue)

    def repeat(self, queue: QueueName, message_id: str) -> None:
        """Let a message that is held be delivered again now, as Pub/Sub may at any time."""
        for stored in self._waiting[queue]:
            if stored.message_id == message_id:
                stored.leased_until = None
        self._put.set()

    def reverse(self, queue: QueueName) -> None:
        """Reverse the order of waiting messages; a queue promises none."""
        self._waiting[queue].reverse()

    def held(self, queue: QueueName) -> int:
        """Messages delivered whose lease has not lapsed."""
        return sum(self._is_held(stored) for stored in self._waiting[queue])

    def _take(self, queue: QueueName, count: int) -> list[Received]:
        self._drop(queue)
        count = min(count, PULL_MESSAGES)
        free = [stored for stored in self._waiting[queue] if not self._is_held(stored)][:count]
        lease = timedelta(seconds=QUEUES[queue].ack_deadline_seconds)
        for stored in free:
            stored.attempt += 1
            # A new one at each delivery: the old one, held by a worker that slept, counts no more.
            stored.ack_id = f"{queue}/{stored.message_id}/{stored.attempt}"
            stored.leased_until = self.clock.now() + lease
        return [
            Received(
                ack_id=stored.ack_id,
                message_id=stored.message_id,
                data=stored.data,
                attempt=stored.attempt,
                published_at=stored.published_at,
                attributes=dict(stored.attributes),
            )
            for stored in free
        ]

    def _drop(self, queue: QueueName) -> None:
        """Dead letters go their way, and what nobody fetched in time goes for good."""
        oldest = self.clock.now() - timedelta(seconds=KEEP_SECONDS)
        kept: list[Stored] = []
        for stored in self._waiting[queue]:
            if self._is_held(stored):
                kept.append(stored)
            elif stored.attempt >= MAX_DELIVERY_ATTEMPTS:
                self.dead.append(stored)
            elif stored.published_at > oldest:
                kept.append(stored)
        self._waiting[queue] = kept

    def _next_lapse(self, queue: QueueName) -> float:
        """Return the seconds until the next lease lapses."""
        ends = [stored.leased_until for stored in self._waiting[queue] if stored.leased_until]
        now = self.clock.now()
        return min(((end - now).total_seconds() for end in ends if end > now), default=inf)

    def _is_held(self, stored: Stored) -> bool:
        return stored.leased_until is not None and stored.leased_until > self.clock.now()

    def _require(self, queue: QueueName) -> None:
        if queue in self._missing:
            raise QueueMissing(f"there is no {queue} (told to lose it)")

    async def _meet(self) -> None:
        await asyncio.sleep(0)
        if self._failing:
            self._failing -= 1
            raise QueueUnavailable("the queue is away (told to fail)")


def _check_message(data: bytes, attributes: Mapping[str, str]) -> None:
    """Within what Pub/Sub takes (cloud.google.com/pubsub/quotas), or ``PermanentError``."""
    if not data and not attributes:
        raise PermanentError("a message has data or an attribute")
    if len(data) > MESSAGE_BYTES:
        raise PermanentError(f"a message of {len(data)} bytes (limit: {MESSAGE_BYTES})")
    if len(attributes) > ATTRIBUTES:
        raise PermanentError(f"{len(attributes)} attributes (limit: {ATTRIBUTES})")
    for key, value in attributes.items():
        if not 1 <= len(key.encode()) <= ATTRIBUTE_KEY_BYTES:
            raise PermanentError(f"an attribute's key of {len(key.encode())} bytes")
        if len(value.encode()) > ATTRIBUTE_VALUE_BYTES:
            raise PermanentError(f"the attribute {key} of {len(value.encode())} bytes")
