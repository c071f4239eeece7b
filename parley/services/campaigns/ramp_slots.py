"""Let a batch begin when the ramp of the project allows it.

A process takes stretches of the ramp, one after another and as long as it needs them, and spreads
its batches over each of them. A stretch costs a read and a write, however many batches it holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parley.domain.campaigns.ramping import (
    OPERATIONS_PER_PERSON,
    Ramp,
    Stretch,
    standing_ramp,
)
from parley.domain.ports import Clock
from parley.errors import Conflict
from parley.store import MUST_NOT_EXIST, Set, Snapshot, Store, UpdatedAt, Write
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.campaign_ramp import StoredRamp, ramp_fields

_LATE = timedelta(seconds=1)
"""How late a turn may be used: a commit takes its time. After that it lapses, so what a process did
not send while it stood still is not made up for."""

_ROUNDING = timedelta(milliseconds=1)

_REST_SECONDS = 15.0
"""How long a batch rests in this process when all lanes are taken, before it goes to the end of its
queue."""


@dataclass(slots=True)
class _Held:
    """A stretch of this process; its batches have begun up to ``next_at``."""

    stretch: Stretch
    next_at: datetime

    def turn(self, operations: float, now: datetime) -> datetime | None:
        """Return when so many operations may begin, None if there is no room left for them."""
        due = max(self.next_at, now - _LATE)
        after = due + timedelta(seconds=operations / self.stretch.pace)
        if after > self.stretch.end + _ROUNDING:
            return None
        self.next_at = after
        return max(due, now)


@dataclass(slots=True)
class RampSlot:
    """A batch's turn, with room for ``operations``."""

    operations: float
    held: _Held = field(repr=False)


class RampSlots:
    """The turns of one process."""

    def __init__(self, *, store: Store, clock: Clock, base: int, batch_size: int) -> None:
        self._store = store
        self._clock = clock
        self._base = float(base)
        self._room = float(batch_size * OPERATIONS_PER_PERSON)
        self._held: _Held | None = None
        self._used = 0.0
        self._taking = asyncio.Lock()

    async def take(self) -> RampSlot | None:
        """Wait for the turn of a batch of full size, up to some 30 seconds.

        Return None, after a rest, if all turns within that time are taken by others.
        """
        while True:
            async with self._taking:
                turn = await self._turn()
            if turn is None:
                await self._clock.sleep(_REST_SECONDS)
                return None
            at, slot = turn
            if (wait := (at - self._clock.now()).total_seconds()) > 0:
                await self._clock.sleep(wait)
            if self._clock.now() - at <= _LATE:
                self._used += slot.operations
                return slot

    def give_back(self, slot: RampSlot, *, people: int) -> None:
        """Give back the room that a batch with so many people did not need."""
        left = max(0.0, slot.operations - people * OPERATIONS_PER_PERSON)
        self._used -= left
        slot.held.next_at -= timedelta(seconds=left / slot.held.stretch.pace)

    async def _turn(self) -> tuple[datetime, RampSlot] | None:
        """Return the next turn, taking another stretch if the last is used up."""
        for _ in range(2):
            held = self._held
            if held is not None:
                at = held.turn(self._room, self._clock.now())
                if at is not None:
                    return at, RampSlot(self._room, held)
            stretch = await self._take_stretch()
            if stretch is None:
                return None
            self._held = _Held(stretch, stretch.start)
        return None

    async def _take_stretch(self) -> Stretch | None:
        """Take a stretch twice as long as the last was used; None if all lanes are taken."""
        used, taken = max(0.0, self._used), list[tuple[Stretch, Ramp]]()

        async def decide() -> Sequence[Write]:
            taken.clear()
            (document,) = await self._store.get_many([paths.campaign_ramp()])
            now = self._clock.now()
            ramp = standing_ramp(_stored(document), self._base, now).credited(used)
            if ramp.is_taken(now):
                return ()
            ramp, stretch = ramp.take(max(self._room, 2 * used), self._room, now)
            taken.append((stretch, ramp))
            fence = MUST_NOT_EXIST if document is None else UpdatedAt(document.update_time)
            return [Set(paths.campaign_ramp(), self._fields(ramp), fence)]

        async def was_applied() -> bool:
            (document,) = await self._store.get_many([paths.campaign_ramp()])
            return _stored(document) == StoredRamp.parse(self._fields(taken[0][1]))

        try:
            await commit_with_retry(
                self._store, decide, what="the ramp of campaigns", was_applied=was_applied
            )
        except Conflict:
            return None
        if not taken:
            return None
        self._used -= used
        return self._begun(taken[0][0])

    def _begun(self, stretch: Stretch) -> Stretch:
        """Return a stretch whose commit took its time: what lapsed of it meanwhile comes later."""
        late = max(timedelta(0), self._clock.now() - stretch.start - _LATE)
        return Stretch(stretch.start + late, stretch.end + late, stretch.pace)

    def _fields(self, ramp: Ramp) -> dict[str, Any]:
        return ramp_fields(base=self._base, pace=ramp.pace, sent=ramp.sent, lanes=ramp.lanes)


def _stored(document: Snapshot | None) -> StoredRamp | None:
    return None if document is None else StoredRamp.parse_or_none(document.fields)
