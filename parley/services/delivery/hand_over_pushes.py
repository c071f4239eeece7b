"""Hand notifications over to the provider, with a few quick retries.

This process does not repeat those that it has handed over.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from cachetools import FIFOCache

from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.domain.ports import Clock, PushSender
from parley.domain.retry import Retry, RetryPolicy, retry
from parley.services.delivery.push_answers import Answered, PushAnswers
from parley.services.delivery.push_room import PushRoom
from parley.services.delivery.recent_keys import RecentKeys

Addressed = tuple[int, Notification]
"""A notification, and the index of its order."""

QUICK_RETRY = RetryPolicy(max_attempts=3, first_seconds=1.0, max_seconds=2.0)
"""For faults that pass at once. For longer ones the queue's back-off redelivers the message."""

NOTIFICATION_BYTES = 3_000
"""What a notification holds until its answer is settled, beside its token: its task and answer."""

SETTLED_BYTES = 800
"""The same once it is settled, while others of its call are left."""

ROOM = 6 * 1024 * 1024
"""The notifications of a process that are in hand: 1,900, or 840 with the longest tokens. A hundred
are in flight, and only those are encoded."""

_LONGEST_QUICK_WAIT = 0.5
"""If the provider asks for a longer wait, the queue waits instead."""

_POSTPONED = frozenset({PushFate.RETRY, PushFate.REFUSED})

_REMEMBERED = 25_000
"""The last notifications, at least so many and at most twice that: 4 MB."""


class ProviderBusy(Exception):
    """The provider postpones some notifications, by ``retry_after`` seconds; 0 if it names none."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


@dataclass(slots=True)
class Handover:
    """The progress of handing some notifications over. ``on_wait`` is called before each wait."""

    on_wait: Callable[[Handover], Awaitable[None]]
    left: list[Addressed] = field(default_factory=list)
    settled: list[tuple[int, Notification, PushResult]] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    retry_after: float = 0.0


class HandOverPushes:
    """Hands notifications over. One instance a process: it remembers what it handed over."""

    def __init__(self, *, sender: PushSender, clock: Clock, randomness: random.Random) -> None:
        self._sender = sender
        self._clock = clock
        self._randomness = randomness
        self._answers = PushAnswers(clock=clock)
        self._handed_over = RecentKeys(_REMEMBERED)
        self._in_doubt: FIFOCache[int, None] = FIFOCache(_REMEMBERED)
        self.room = PushRoom(ROOM)

    async def hand_over(
        self, waiting: Iterable[Addressed], on_wait: Callable[[Handover], Awaitable[None]]
    ) -> Handover:
        """Hand notifications over, with a few quick retries; settle as many as possible.

        ``on_wait`` is called with what is left and settled before each quick retry, and may take
        what is settled.
        """
        handover = Handover(on_wait)
        for index, notification in waiting:
            if _key(notification) in self._handed_over:
                accepted = PushResult(PushFate.ACCEPTED)
                handover.settled.append((index, notification, accepted))
            else:
                handover.left.append((index, notification))
        if handover.left:
            with suppress(ProviderBusy):
                await retry(
                    lambda: self._try(handover),
                    policy=QUICK_RETRY,
                    sleep=self._clock.sleep,
                    randomness=self._randomness,
                    when=_may_retry_quickly,
                )
        return handover

    async def _try(self, handover: Handover) -> None:
        """Send what is left, once. Raise ``ProviderBusy`` if the provider postpones any of it."""
        sent = [self._muted_if_in_doubt(notification) for _, notification in handover.left]
        begun = self._clock.now()
        handover.answered.append((sent, await self._sender.send(sent)))
        results = self._answers.judge(handover.answered, begun=begun)
        left, handover.left = handover.left, []
        for (index, notification), result in zip(left, results, strict=True):
            key = _key(notification)
            if result.fate in _POSTPONED:
                handover.left.append((index, notification))
                handover.retry_after = max(handover.retry_after, result.retry_after or 0.0)
                if result.is_in_doubt:
                    self._in_doubt[key] = None
                continue
            handover.settled.append((index, notification, result))
            if self._in_doubt:
                self._in_doubt.pop(key, None)
            if result.fate is PushFate.ACCEPTED:
                self._handed_over.add(key)
        if handover.left:
            await handover.on_wait(handover)
            raise ProviderBusy(handover.retry_after)

    def _muted_if_in_doubt(self, notification: Notification) -> Notification:
        """Silence a notification whose earlier copy may have been accepted; its answer was lost."""
        if self._in_doubt and _key(notification) in self._in_doubt:
            return replace(notification, sound=None)
        return notification


def _may_retry_quickly(error: Exception) -> Retry | None:
    if isinstance(error, ProviderBusy) and error.retry_after <= _LONGEST_QUICK_WAIT:
        return Retry(error.retry_after)
    return None


def _key(notification: Notification) -> int:
    """Return 64 bits for a notification: a token may be 4,096 characters long.

    The tag names a message; the summaries of a chat share theirs.
    """
    return hash((notification.tag, notification.data["messageId"], notification.device.token))
