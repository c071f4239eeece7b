"""When the batches of a paced campaign go, and what one process reads again meanwhile. Pure.

A process keeps the rules of a service, and the name that its pushes show, for a while. A campaign
that its throttle stretches over minutes reads both again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from parley.domain.campaigns.pacing import lanes
from schema.campaigns import CampaignChannel

RULES_SECONDS: Final = 10.0
"""How long a process keeps the rules of a service."""

NAME_SECONDS: Final = 60.0
"""How long it keeps a name for pushes."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A throttle or a budget. ``channel`` is the one whose messages it counts, None for all."""

    per_minute: int
    channel: CampaignChannel | None = None

    def seconds(self, lane_count: int, written: Mapping[CampaignChannel, int]) -> float:
        """Return how long a batch with so many messages holds back the next of its lane."""
        people = sum(n for channel, n in written.items() if self.channel in (None, channel))
        own = self.per_minute / (lane_count if self.channel is None else lanes(self.per_minute))
        return 60.0 * people / own


@dataclass(slots=True)
class Kept:
    """Something that is read when it is first needed, and again when it is too old."""

    seconds: float
    read_at: float | None = None
    reads_again: int = 0

    def need(self, now: float) -> None:
        """Use it at a time, in seconds from the start."""
        if self.read_at is None:
            self.read_at = now
        elif now - self.read_at >= self.seconds:
            self.read_at = now
            self.reads_again += 1


@dataclass(slots=True)
class PlayedPace:
    """The pace of one campaign in one process. Without lanes, all batches go at the start."""

    lane_count: int
    rates: tuple[Rate, ...]
    rules: Kept = field(default_factory=lambda: Kept(RULES_SECONDS))
    name: Kept = field(default_factory=lambda: Kept(NAME_SECONDS))
    _opens: dict[int, float] = field(default_factory=dict)

    def send(
        self, number: int, written: Mapping[CampaignChannel, int], *, has_pushes: bool
    ) -> None:
        """Let a batch go; batches come in the order of their numbers."""
        if not self.lane_count:
            return
        lane = number % self.lane_count
        now = self._opens.get(lane, 0.0)
        self.rules.need(now)
        if has_pushes:
            self.name.need(now)
        held = (rate.seconds(self.lane_count, written) for rate in self.rates)
        self._opens[lane] = now + max(held, default=0.0)

    @property
    def reads_again(self) -> int:
        """The reads of the service's document beyond the first of each."""
        return self.rules.reads_again + self.name.reads_again
