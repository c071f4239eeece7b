"""Which ages of a collection a sweep looks at, so that a backlog is not read over and over.

A window lies between two ages, such as 10 and 20 seconds, and is swept as often as it is long; so a
document is looked at about once in each window that it passes through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WEEK_SECONDS = 7 * 24 * 3600.0
"""As long as Pub/Sub keeps a message."""

DOUBLING_SECONDS = tuple(10.0 * 2**step for step in range(17))
"""From ten seconds to a week: for inboxes, where only what is not done yet still stands."""


@dataclass(frozen=True, slots=True)
class AgeWindow:
    """Documents whose time is from ``oldest`` up to, but not at, ``newest``."""

    oldest: datetime
    newest: datetime


class AgeWindows:
    """Remembers when each window was swept last. A new one sweeps all of them at first."""

    def __init__(self, ages: Sequence[float]) -> None:
        """``ages`` in seconds, rising: the window between each and the next."""
        self._windows = list(pairwise(ages))
        self._swept: dict[float, datetime] = {}

    def due(self, now: datetime) -> Iterator[AgeWindow]:
        """The windows to sweep now, from the youngest on.

        Each is taken for swept when the next is asked for, so one whose sweep failed is due again.
        A window reaches back over what its last sweep was too early for, so nothing that grew
        older slips between two.
        """
        for begin, end in self._windows:
            last = self._swept.get(begin)
            if last is None or (now - last).total_seconds() >= end - begin:
                newest = now - timedelta(seconds=begin)
                missed = newest if last is None else last - timedelta(seconds=begin)
                oldest = min(now - timedelta(seconds=end), missed)
                yield AgeWindow(oldest, newest)
                self._swept[begin] = now
