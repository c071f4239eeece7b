"""When a campaign that stands still is put back on its queue: less and less often. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=15)
"""Well within the 30 seconds in which work of a dead worker is taken over."""

LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Nudge:
    """The last time, and how often without lasting effect before it."""

    count: int
    at: datetime


def next_nudge(now: datetime, moved_at: datetime, last: Nudge | None) -> int | None:
    """The count of a nudge that is due now, None where none is.

    ``moved_at``: when the campaign's status was written last. All times are the store's. Each wait
    is twice the one before, until the campaign has moved on for the longest of them; so one that
    only is slow is not nudged more often than one that stands still.
    """
    count = 0 if last is None or moved_at - last.at > LONGEST_WAIT else last.count + 1
    since = moved_at if last is None else max(moved_at, last.at)
    return count if now - since >= wait_before(count) else None


def wait_before(count: int) -> timedelta:
    """How long a campaign stands still before this nudge."""
    doublings: int = 2 ** min(count, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * doublings)
