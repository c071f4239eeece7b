"""Publish batches when their time has come, from the memory of one process.

What a dead process had in memory is found by the wake-up of its campaign.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

from parley.domain.ports import Clock, Publisher
from schema.events import CampaignBatchReady

Lane = tuple[str, int]
"""A campaign's id and one of its lanes."""


class DueBatches:
    """Holds at most one batch for each lane of a campaign."""

    def __init__(self, *, publisher: Publisher, clock: Clock) -> None:
        self._publisher = publisher
        self._clock = clock
        self._due: dict[Lane, tuple[datetime, CampaignBatchReady]] = {}
        self._changed = asyncio.Event()

    def hold(self, lane: Lane, at: datetime, payload: CampaignBatchReady) -> None:
        """Publish this batch at a time; nothing is held twice for a lane."""
        if lane not in self._due:
            self._due[lane] = at, payload
            self._changed.set()

    def holds(self, lane: Lane) -> bool:
        """Return whether a batch of this lane is held."""
        return lane in self._due

    async def publish_due(self) -> None:
        """Publish every batch whose time has come."""
        now = self._clock.now()
        due = {lane: payload for lane, (at, payload) in self._due.items() if at <= now}
        if due:
            await self._publisher.publish(list(due.values()))
        for lane in due:
            del self._due[lane]

    async def run(self) -> None:
        """Publish batches as they fall due, until cancelled."""
        while True:
            self._changed.clear()
            await self.publish_due()
            first = min((at for at, _ in self._due.values()), default=None)
            left = None if first is None else (first - self._clock.now()).total_seconds()
            with suppress(TimeoutError):
                await asyncio.wait_for(
                    self._changed.wait(), None if left is None else max(0.0, left)
                )
