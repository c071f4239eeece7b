"""Holds the leases of messages in flight, and settles messages in few calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from parley.domain.ports import Received, Subscriber
from parley.errors import ParleyError, QueueMissing, QueueUnavailable
from parley.queues import Queue
from parley.structured_logging import Log, error_text

FLUSH_SECONDS = 0.005
"""How long a finished message waits for others while lanes run: one call acknowledges them all."""

RETRY_SECONDS = 0.5


@dataclass(slots=True)
class Lease:
    """A hold on a message. ``renewed_at`` is a time of the monotonic clock."""

    ack_id: str
    renewed_at: float


LAPSED = -inf
"""The renewal time of a lease that may have lapsed, and so have given its message to others."""


@dataclass(slots=True)
class Leases:
    """The messages of one queue that this process holds.

    ``extend_forever`` and ``settle_forever`` run beside the work. A message stays in flight until
    its acknowledgement is answered, so that an outage cannot pile messages up. ``on_left`` is
    called when messages have left.
    """

    subscriber: Subscriber
    queue: Queue
    log: Log
    is_busy: Callable[[], bool]
    on_left: Callable[[], None]
    extend_interval: float
    monotonic: Callable[[], float]
    _held: dict[str, Lease] = field(default_factory=dict, init=False)
    _acknowledged: dict[str, str] = field(default_factory=dict, init=False)
    _postponed: dict[int, list[str]] = field(default_factory=dict, init=False)
    _unsettled: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def __len__(self) -> int:
        """Return the number of messages in flight."""
        return len(self._held) + len(self._acknowledged)

    def take(self, received: Received, since: float) -> bool:
        """Hold a message; False for a copy of one that is held, whose ack id then replaces it.

        ``since``: when its pull started, on the monotonic clock. Its lease is no older than that.
        """
        message_id = received.message_id
        if message_id in self._acknowledged:
            self._acknowledged[message_id] = received.ack_id
            self._unsettled.set()
            return False
        is_new = message_id not in self._held
        self._held[message_id] = Lease(received.ack_id, since if is_new else LAPSED)
        return is_new

    def is_unbroken(self, message_id: str) -> bool:
        """Return whether no other process can have received this message since it was taken."""
        lease = self._held.get(message_id)
        return lease is not None and self._is_valid(lease)

    def acknowledge(self, message_id: str) -> None:
        """Acknowledge the message with the next call."""
        if lease := self._held.pop(message_id, None):
            self._acknowledged[message_id] = lease.ack_id
            self._unsettled.set()

    def postpone(self, message_id: str, seconds: int) -> None:
        """Release the message with the next call, to be redelivered after ``seconds``."""
        if lease := self._held.pop(message_id, None):
            self._postponed.setdefault(seconds, []).append(lease.ack_id)
            self._unsettled.set()
            self.on_left()

    def give_back(self) -> int:
        """Release all messages that are not acknowledged, and return their number."""
        held = list(self._held)
        for message_id in held:
            self.postpone(message_id, 0)
        return len(held)

    async def extend_forever(self) -> None:
        """Extend all leases at each interval, in one call."""
        while True:
            await asyncio.sleep(self.extend_interval)
            leases = list(self._held.values())
            ack_ids = [*(lease.ack_id for lease in leases), *self._acknowledged.values()]
            now = self.monotonic()
            if ack_ids and await self._extend(ack_ids, self.queue.ack_deadline_seconds):
                for lease in leases:
                    valid = self._is_valid(lease)
                    lease.renewed_at = max(lease.renewed_at, now) if valid else LAPSED

    async def settle_forever(self) -> None:
        """Send acknowledgements and releases as they come, in few calls."""
        while True:
            await self._unsettled.wait()
            if self.is_busy():
                await asyncio.sleep(FLUSH_SECONDS)
            self._unsettled.clear()
            if not await self.flush():
                await asyncio.sleep(RETRY_SECONDS)
                self._unsettled.set()

    async def flush(self) -> bool:
        """Settle now; False if the queue took no acknowledgements, which are then kept."""
        postponed, self._postponed = self._postponed, {}
        for seconds, ack_ids in postponed.items():
            await self._extend(ack_ids, seconds)
        sent = dict(self._acknowledged)
        if not sent:
            return True
        try:
            await self.subscriber.acknowledge(self.queue.name, list(sent.values()))
        except ParleyError as error:
            if isinstance(error, QueueUnavailable) and not isinstance(error, QueueMissing):
                self.log.debug("queue.acknowledgeFailed", error=error_text(error))
                return False
            # A missing queue redelivers nothing; otherwise the next delivery finds the work done.
            self.log.warning("queue.acknowledgeLost", count=len(sent), error=error_text(error))
        for message_id, ack_id in sent.items():
            # A copy that came meanwhile is acknowledged with the next call.
            if self._acknowledged.get(message_id) == ack_id:
                del self._acknowledged[message_id]
        self.on_left()
        return True

    async def _extend(self, ack_ids: list[str], seconds: int) -> bool:
        try:
            await self.subscriber.extend(self.queue.name, ack_ids, seconds=seconds)
        except ParleyError as error:
            # The leases lapse by themselves; the messages come a little sooner or later.
            self.log.debug("queue.extendFailed", count=len(ack_ids), error=error_text(error))
            return False
        return True

    def _is_valid(self, lease: Lease) -> bool:
        return self.monotonic() - lease.renewed_at < self.queue.ack_deadline_seconds
