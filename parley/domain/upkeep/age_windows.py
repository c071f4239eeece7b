"""Decide which ages of a collection a sweep looks at, so that no pass reads a whole backlog. Pure.

A window lies between two ages, such as 10 and 20 seconds, and is swept as often as it is long. So
a document is read about once in each window that it passes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WEEK_SECONDS = 7 * 24 * 3600.0
"""As long as Pub/Sub keeps a message."""

REACH_SECONDS = 900.0
"""How far back a periodic task looks at records that stay. Only `parley sweep` finds what a longer
outage lost; otherwise each new holder would read the sign-ups and edits of days."""

DOUBLING_SECONDS = tuple(10.0 * 2**step for step in range(17))
"""From ten seconds to a week: for inboxes, which hold only work that is not done."""


@dataclass(frozen=True, slots=True)
class AgeWindow:
    """Documents whose time is at or after ``oldest`` and before ``newest``."""

    oldest: datetime
    newest: datetime


class AgeWindows:
    """Remembers when each window was last swept. A new one sweeps all of them at first."""

    def __init__(self, ages: Sequence[float]) -> None:
        """``ages`` in seconds, rising; there is a window between each and the next."""
        self._windows = list(pairwise(ages))
        self._swept: dict[float, datetime] = {}

    def due(self, now: datetime) -> Iterator[AgeWindow]:
        """Yield the windows to sweep now, the youngest first.

        A window counts as swept when the next one is asked for, so one whose sweep failed stays
        due. A window reaches back to where its last sweep ended, so nothing that grows older slips
        between two sweeps.
        """
        for begin, end in self._windows:
            last = self._swept.get(begin)
            if last is None or (now - last).total_seconds() >= end - begin:
                newest = now - timedelta(seconds=begin)
                missed = newest if last is None else last - timedelta(seconds=begin)
                oldest = min(now - timedelta(seconds=end), missed)
                yield AgeWindow(oldest, newest)
                self._swept[begin] = now
