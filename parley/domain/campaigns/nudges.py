"""Decide when to nudge a stalled campaign: put it back on its queue, with back-off. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=15)
"""Well below the 30 seconds in which a dead worker's work must be taken over."""

LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Nudge:
    """The last nudge, and the number of nudges before it that had no lasting effect."""

    count: int
    at: datetime


def next_nudge(now: datetime, moved_at: datetime, last: Nudge | None) -> int | None:
    """Return the count of a nudge that is due now, None if none is.

    ``moved_at`` is when the campaign's status was last written. All times are the store's. Each
    wait is twice the one before, and starts over once the campaign has moved for ``LONGEST_WAIT``.
    So a slow campaign is not nudged more often than a stalled one.
    """
    count = 0 if last is None or moved_at - last.at > LONGEST_WAIT else last.count + 1
    since = moved_at if last is None else max(moved_at, last.at)
    return count if now - since >= wait_before(count) else None


def wait_before(count: int) -> timedelta:
    """Return how long a campaign must stall before this nudge."""
    doublings: int = 2 ** min(count, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * doublings)
