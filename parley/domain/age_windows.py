"""Which ages of an inbox a sweep looks at, so that a backlog is not read over and over.

The windows double: 10 to 20 seconds, 20 to 40, 40 to 80 and so on; a document is looked at about
once in each that it passes through. The window that begins at age *a* is swept every *a* seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_SECONDS = 10.0
LAST_SECONDS = 7 * 24 * 3600.0
"""As long as Pub/Sub keeps a message."""


@dataclass(frozen=True, slots=True)
class AgeWindow:
    """Documents created from ``oldest`` up to, but not at, ``newest``."""

    oldest: datetime
    newest: datetime


@dataclass(slots=True)
class AgeWindows:
    """Remembers when each window was swept last. A new one sweeps all of them at first."""

    _swept: dict[float, datetime] = field(default_factory=dict)

    def due(self, now: datetime) -> Iterator[AgeWindow]:
        """The windows to sweep now, from the youngest on; each is then taken for swept.

        A window reaches back over what its last sweep was too early for, so nothing that grew
        older slips between two.
        """
        begin = FIRST_SECONDS
        while begin < LAST_SECONDS:
            last = self._swept.get(begin)
            if last is None or (now - last).total_seconds() >= begin:
                self._swept[begin] = now
                newest = now - timedelta(seconds=begin)
                missed = newest if last is None else last - timedelta(seconds=begin)
                oldest = min(now - timedelta(seconds=2 * begin), missed)
                yield AgeWindow(oldest, newest)
            begin *= 2
