"""A clock and an id factory that a test controls."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""A Monday morning, so that sending windows are open unless a test wants otherwise."""


class FixedClock:
    """A clock that only a test moves on; sleeping moves it on at once."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time on by this many seconds."""
        if seconds < 0:
            raise ValueError(f"time does not go back: {seconds}")
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        # Others get their turn, as they would during a real wait.
        await asyncio.sleep(0)


class SequentialIds:
    """Numbered ids of Firestore's form, so that the same run draws the same ids."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._drawn = 0

    def new_id(self) -> str:
        self._drawn += 1
        return f"{self._prefix}{self._drawn:0{20 - len(self._prefix)}d}"
