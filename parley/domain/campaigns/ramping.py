"""Raise the pace of campaigns slowly, over all workers together. Pure.

Firestore asks for at most 500 operations a second on a new collection or a narrow range of keys,
and for at most half as much again every five minutes
(https://cloud.google.com/firestore/docs/best-practices#ramping_up_traffic), because it splits a
range only after the load has come.

The pace is divided among lanes. A process takes a stretch of a lane: from then until then, so many
operations a second. What it does not use in that time lapses. The pace rises by the operations that
were sent, never by time that passed, so neither a pause nor a restart lifts it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schema.campaign_ramp import StoredRamp

RISE = 1.5
RISE_SECONDS = 300.0
OPERATIONS_PER_PERSON = 2
"""On the busiest range: at first contact the chat and its member are written side by side under
``chats/{chatId}``; in an existing case the chat is read and written."""

_LANE_PACE = 3_000.0
"""The most operations a second of one lane: 1,500 people, what one process sends. A stretch of a
faster lane would lapse in part."""

_STRETCH_SECONDS = 10.0
"""The longest stretch, so that the document is written a tenth of a time a second for each lane."""

_AHEAD_SECONDS = 30.0
"""How far ahead stretches are taken. A handler that waits longer may not end within its minute."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The right to send ``pace`` operations a second from ``start`` to ``end``."""

    start: datetime
    end: datetime
    pace: float


@dataclass(frozen=True, slots=True)
class Ramp:
    """The pace of all campaigns together, and for each lane until when it is taken."""

    pace: float
    sent: float
    lanes: tuple[datetime, ...]

    def credited(self, operations: float) -> Ramp:
        """Return the ramp after so many operations were sent; five minutes of them raise it."""
        pace, sent = self.pace, self.sent + operations
        while sent >= pace * RISE_SECONDS:
            sent -= pace * RISE_SECONDS
            pace *= RISE
        return Ramp(pace, sent, _spread(self.lanes, pace))

    def take(self, operations: float, at_least: float, now: datetime) -> tuple[Ramp, Stretch]:
        """Take a stretch for about so many operations, on the lane that is free first.

        The further ahead the lane is taken, the shorter is the stretch, so that many processes
        share a slow pace; but it has room for ``at_least`` operations.
        """
        lane = min(range(len(self.lanes)), key=self.lanes.__getitem__)
        start = max(now, self.lanes[lane])
        pace = self.pace / len(self.lanes)
        longest = min(self._longest(), (_AHEAD_SECONDS - (start - now).total_seconds()) / 2)
        seconds = max(at_least / pace, min(operations / pace, longest))
        end = start + timedelta(seconds=seconds)
        lanes = (*self.lanes[:lane], end, *self.lanes[lane + 1 :])
        return Ramp(self.pace, self.sent, lanes), Stretch(start, end, pace)

    def is_taken(self, now: datetime) -> bool:
        """Return whether all lanes are taken further ahead than anybody may wait."""
        return min(self.lanes) - now > timedelta(seconds=_AHEAD_SECONDS)

    def _longest(self) -> float:
        """Return the seconds of a stretch with which the document is written once a second."""
        return max(_STRETCH_SECONDS, float(len(self.lanes)))


def ramp_seconds(people: int, base: float) -> float:
    """Return how long a campaign to so many people takes that has the ramp for itself."""
    left, pace, seconds = float(people * OPERATIONS_PER_PERSON), base, 0.0
    while left > pace * RISE_SECONDS:
        left -= pace * RISE_SECONDS
        pace *= RISE
        seconds += RISE_SECONDS
    return seconds + left / pace


def standing_ramp(stored: StoredRamp | None, base: float, now: datetime) -> Ramp:
    """Return the ramp as it stands: each five minutes of silence take one rise back.

    It is never below ``base``, where it begins. With another base it begins anew.
    """
    if stored is None:
        return Ramp(base, 0.0, _spread((now,), base))
    if stored.base != base:
        return Ramp(base, 0.0, _spread(stored.lanes, base))
    idle = (now - max(stored.lanes)).total_seconds()
    falls = max(0, math.floor(idle / RISE_SECONDS))
    pace = max(base, stored.pace / RISE ** min(falls, 100))
    sent = stored.sent if pace == stored.pace else 0.0
    return Ramp(pace, sent, _spread(stored.lanes, pace))


def _spread(lanes: Sequence[datetime], pace: float) -> tuple[datetime, ...]:
    """Return as many lanes as the pace takes; a new one begins when all others have ended."""
    count = math.ceil(pace / _LANE_PACE)
    latest = sorted(lanes, reverse=True)[:count]
    return (*latest, *[latest[0]] * (count - len(latest)))
