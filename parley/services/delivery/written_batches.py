"""Remember the batches that this process has written, until their people are notified.

Usually the process that wrote a batch also notifies it, a moment later. It then knows the batch as
it stands, and need not read it: the claim of the pushes fails if anybody has changed it meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cachetools import FIFOCache

from schema.base import Purpose

_REMEMBERED = 100
"""Batches. As many jobs may wait in a process; one whose batch was forgotten reads it."""


@dataclass(frozen=True, slots=True)
class WrittenBatch:
    """A batch that was written and not notified yet.

    ``waiting``: the people whom a push shall follow. ``chat_id``: the chat that all share, if they
    do. ``claimed_at``: when a worker claimed the pushes before, which may have been shown then;
    ``sent_at``: when its messages were written, if they were read from the ledger.
    """

    update_time: datetime
    service_id: str
    kind: str
    purpose: Purpose | None
    chat_id: str | None
    waiting: list[str]
    sent_at: datetime | None = None
    claimed_at: datetime | None = None

    @property
    def is_repeat(self) -> bool:
        """A worker claimed the pushes before, and died."""
        return self.claimed_at is not None


class WrittenBatches:
    """The batches that this process wrote last, by path. One instance a process."""

    def __init__(self) -> None:
        self._batches: FIFOCache[str, WrittenBatch] = FIFOCache(_REMEMBERED)

    def keep(self, path: str, batch: WrittenBatch) -> None:
        self._batches[path] = batch

    def take(self, path: str) -> WrittenBatch | None:
        """Return a batch, once."""
        return self._batches.pop(path, None)
