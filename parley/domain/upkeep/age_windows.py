"""Choose the ages of documents that a sweep reads, so a backlog is not read repeatedly.

A window lies between two ages, such as 10 and 20 seconds, and is swept as often as it is long. So a
document is read about once in each window that it passes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WEEK_SECONDS = 7 * 24 * 3600.0
"""The time for which Pub/Sub keeps a message."""

REACH_SECONDS = 900.0
"""How far back a periodic task looks at records that stay. Only `parley sweep` finds what a longer
outage lost; otherwise each new holder would read the sign-ups and edits of days."""

DOUBLING_SECONDS = tuple(10.0 * 2**step for step in range(17))
"""From ten seconds to a week: for inboxes, whose documents are deleted or marked when done."""


@dataclass(frozen=True, slots=True)
class AgeWindow:
    """Documents whose time is at or after ``oldest`` and before ``newest``."""

    oldest: datetime
    newest: datetime


class AgeWindows:
    """Remembers when each window was swept last. A new instance sweeps all of them first."""

    def __init__(self, ages: Sequence[float]) -> None:
        """Take ``ages`` in seconds, rising; each two neighbours make a window."""
        self._windows = list(pairwise(ages))
        self._swept: dict[float, datetime] = {}

    def due(self, now: datetime) -> Iterator[AgeWindow]:
        """Return the windows to sweep now, the youngest first.

        A window counts as swept when the next one is requested, so one whose sweep failed is due
        again. It reaches back over the time since its last sweep, so no document is missed.
        """
        for begin, end in self._windows:
            last = self._swept.get(begin)
            if last is None or (now - last).total_seconds() >= end - begin:
                newest = now - timedelta(seconds=begin)
                missed = newest if last is None else last - timedelta(seconds=begin)
                oldest = min(now - timedelta(seconds=end), missed)
                yield AgeWindow(oldest, newest)
                self._swept[begin] = now
