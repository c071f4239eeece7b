"""Hold a throttle or a budget over all workers together. Pure.

A rate is divided among lanes. Each lane has a document that says when its next batch may go, and
the commit of a batch moves that time on under its fence. So no worker sends ahead of another, and
a burst is never made up for. A lane sends at most one batch of at most one second's share a
second, which is the rate at which Firestore takes writes to one document.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.store import MUST_NOT_EXIST, Set, Snapshot, UpdatedAt, Write
from schema import limits
from schema.campaign_plan import Pace, pace_fields
from schema.campaigns import CampaignChannel

_LANE_PER_MINUTE = limits.CAMPAIGN_BATCH * 60
"""What one lane sends: a full batch a second. 1,000,000 a minute take 167 lanes."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One lane of a rate, as stored: ``path`` of its document, ``held`` if it exists.

    ``channel`` is the one whose messages it counts, None for all.
    """

    path: str
    per_minute: float
    held: Snapshot | None
    channel: CampaignChannel | None = None

    def counted(self, written: Mapping[CampaignChannel, int]) -> int:
        """Return how many of these messages pass this gate."""
        return sum(n for channel, n in written.items() if self.channel in (None, channel))

    def opens_at(self) -> datetime | None:
        """Return when the next batch may go, None if none went before."""
        pace = None if self.held is None else Pace.parse_or_none(self.held.fields)
        return None if pace is None else pace.next_at

    def next_at(self, people: int, now: datetime) -> datetime:
        """Return when the batch after one of so many messages may go."""
        at = self.opens_at()
        start = now if at is None else max(now, at)
        return start + timedelta(minutes=people / self.per_minute)

    def pass_through(self, people: int, now: datetime) -> Write:
        """Return the write that belongs into the commit of a batch with so many messages."""
        fields = pace_fields(self.next_at(people, now))
        fence = MUST_NOT_EXIST if self.held is None else UpdatedAt(self.held.update_time)
        return Set(self.path, fields, fence)


def closed_until(gates: Sequence[Gate], now: datetime) -> datetime | None:
    """Return when all of the gates are open, None if they are."""
    times = [at for gate in gates if (at := gate.opens_at()) is not None and at > now]
    return max(times, default=None)


def lanes(per_minute: int) -> int:
    """Return how many lanes hold a rate."""
    return math.ceil(per_minute / _LANE_PER_MINUTE)


def paced_batch(per_minute: int, batch_size: int) -> int:
    """Return the size of batches under a rate: at most a lane's share of one second."""
    return max(1, min(batch_size, per_minute // (60 * lanes(per_minute))))
