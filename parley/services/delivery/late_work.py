"""Bound the work that goes on after its call has returned."""

from __future__ import annotations

import asyncio
from typing import Any


class LateWork:
    """Counts tasks that were left to end later: at most so many at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0

    @property
    def has_room(self) -> bool:
        """Return whether one more may be left."""
        return self._count < self._most

    def leave(self, task: asyncio.Future[Any]) -> None:
        """Count a task until it ends."""
        self._count += 1
        task.add_done_callback(self._note_ended)

    def _note_ended(self, task: asyncio.Future[Any]) -> None:
        self._count -= 1
        if not task.cancelled():
            # Nobody may be waiting, as after a drain that was cut off.
            task.exception()
