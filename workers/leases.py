"""The messages in hand: their leases while work runs, and how they are let go of in few calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from parley.domain.ports import Received, Subscriber
from parley.errors import ParleyError, QueueMissing, QueueUnavailable
from parley.queues import Queue
from parley.structured_logging import Log, error_text

FLUSH_SECONDS = 0.005
"""How long what is finished waits for more while lanes are busy: one call acknowledges them all."""

AGAIN_SECONDS = 0.5


@dataclass(slots=True)
class Lease:
    """What a message is held by. ``renewed``: when, by the monotonic clock."""

    ack_id: str
    renewed: float


BROKEN = -inf
"""When a lease was renewed that may have lapsed once, and so have given its message to others."""


class Leases:
    """Keeps the messages of one queue that this process holds.

    ``keep`` and ``settle`` are to run beside the work. A message counts as in hand until its
    acknowledgement is answered, so that an outage cannot pile them up.
    """

    def __init__(
        self,
        subscriber: Subscriber,
        queue: Queue,
        log: Log,
        *,
        is_busy: Callable[[], bool],
        tick_seconds: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._subscriber = subscriber
        self._queue = queue
        self._log = log
        self._is_busy = is_busy
        self._tick_seconds = tick_seconds
        self._monotonic = monotonic
        self._held: dict[str, Lease] = {}
        self._finished: dict[str, str] = {}
        self._postponed: dict[int, list[str]] = {}
        self._reserved = 0
        self._is_closed = False
        self._unsettled = asyncio.Event()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        """Messages in hand."""
        return len(self._held) + len(self._finished)

    async def reserve(self) -> int:
        """Wait for room, and set it aside for one pull; answers how many messages it may take.

        0 after ``close``.
        """
        while not self._is_closed:
            room = self._queue.max_in_hand - len(self) - self._reserved
            # Many pulls of a few would cost as much as a pull of many.
            if room >= max(1, self._queue.pull_size // 4):
                size = min(room, self._queue.pull_size)
                self._reserved += size
                return size
            self._changed.clear()
            await self._changed.wait()
        return 0

    def close(self) -> None:
        """There is no room any more."""
        self._is_closed = True
        self._changed.set()

    def release(self, size: int) -> None:
        """The pull is over."""
        self._reserved -= size
        self._changed.set()

    def take(self, received: Received, since: float) -> bool:
        """Hold a message; False if it was in hand already, whose lease this one then renews.

        ``since``: when its pull began, by the monotonic clock; its lease is no older than that.
        """
        message_id = received.message_id
        if message_id in self._finished:
            self._finished[message_id] = received.ack_id
            self._unsettled.set()
            return False
        is_new = message_id not in self._held
        self._held[message_id] = Lease(received.ack_id, since if is_new else BROKEN)
        return is_new

    def is_unbroken(self, message_id: str) -> bool:
        """Whether nobody else can have been given this message since it was taken."""
        lease = self._held.get(message_id)
        return lease is not None and self._lasts(lease)

    def finish(self, message_id: str) -> None:
        """Acknowledge it soon."""
        if lease := self._held.pop(message_id, None):
            self._finished[message_id] = lease.ack_id
            self._unsettled.set()

    def postpone(self, message_id: str, seconds: int) -> None:
        """Let go of it so that it comes again after so many seconds; 0 for at once."""
        if lease := self._held.pop(message_id, None):
            self._postponed.setdefault(seconds, []).append(lease.ack_id)
            self._unsettled.set()
            self._changed.set()

    def give_back(self) -> int:
        """Let go of everything that is not finished; answers how many those are."""
        given = list(self._held)
        for message_id in given:
            self.postpone(message_id, 0)
        return len(given)

    async def keep(self) -> None:
        """Extend every lease once a tick, in one call, for ever."""
        while True:
            await asyncio.sleep(self._tick_seconds)
            leases = list(self._held.values())
            ack_ids = [*(lease.ack_id for lease in leases), *self._finished.values()]
            now = self._monotonic()
            if ack_ids and await self._extend(ack_ids, self._queue.ack_deadline_seconds):
                for lease in leases:
                    lease.renewed = max(lease.renewed, now) if self._lasts(lease) else BROKEN

    async def settle(self) -> None:
        """Tell the queue what is finished and postponed, in few calls, for ever."""
        while True:
            await self._unsettled.wait()
            if self._is_busy():
                await asyncio.sleep(FLUSH_SECONDS)
            self._unsettled.clear()
            if not await self.flush():
                await asyncio.sleep(AGAIN_SECONDS)
                self._unsettled.set()

    async def flush(self) -> bool:
        """Tell it now; False if acknowledgements could not be given and are kept."""
        postponed, self._postponed = self._postponed, {}
        for seconds, ack_ids in postponed.items():
            await self._extend(ack_ids, seconds)
        finished = dict(self._finished)
        if not finished:
            return True
        try:
            await self._subscriber.acknowledge(self._queue.name, list(finished.values()))
        except QueueMissing as error:
            # Nothing is there that could be delivered again.
            self._log.warning("queue.acknowledgeLost", count=len(finished), error=error_text(error))
        except QueueUnavailable as error:
            self._log.debug("queue.acknowledgeFailed", error=error_text(error))
            return False
        except ParleyError as error:
            # It comes again, and finds its work done.
            self._log.warning("queue.acknowledgeLost", count=len(finished), error=error_text(error))
        for message_id, ack_id in finished.items():
            # Delivered again meanwhile: the newer lease is acknowledged with the next call.
            if self._finished.get(message_id) == ack_id:
                del self._finished[message_id]
        self._changed.set()
        return True

    async def _extend(self, ack_ids: list[str], seconds: int) -> bool:
        try:
            await self._subscriber.extend(self._queue.name, ack_ids, seconds=seconds)
        except ParleyError as error:
            # The leases lapse by themselves; the messages come again a little sooner or later.
            self._log.debug("queue.extendFailed", count=len(ack_ids), error=error_text(error))
            return False
        return True

    def _lasts(self, lease: Lease) -> bool:
        return self._monotonic() - lease.renewed < self._queue.ack_deadline_seconds
