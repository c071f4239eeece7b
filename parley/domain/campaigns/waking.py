"""When a campaign is looked at again without being told to. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

STALLED_AFTER = timedelta(seconds=15)
"""How long nothing may move before a campaign is put back on its queue: well below the 30 seconds
within which the work of a dead worker is taken over."""

LONGEST_WAIT = timedelta(minutes=15)


def wait_before(nudges: int) -> timedelta:
    """Return how long a campaign stalls before the nudge after so many vain ones."""
    doublings: int = 2 ** min(nudges, 16)
    return min(LONGEST_WAIT, STALLED_AFTER * doublings)


def earliest(*times: datetime | None) -> datetime | None:
    """Return the first of the times that are given."""
    return min((time for time in times if time is not None), default=None)
