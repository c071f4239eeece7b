"""The scaler's rule through a day: a daily curve, a campaign at noon, a burst, a dead pool."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest

from parley.domain.campaigns.ramping import OPERATIONS_PER_PERSON, Ramp
from parley.domain.upkeep.worker_pools import (
    CAMPAIGNS,
    CHAT,
    PoolFigures,
    PoolMemory,
    PoolRule,
    advise,
)
from parley.testing.clock import START

HOUR = 3_600
DAY = 24 * HOUR
LOOK_SECONDS = 15
BOOT_SECONDS = 30
"""From the request of a process to its first message."""

BURST_AT, BURST_SECONDS = 15 * HOUR, 600
DEAD_AT, DEAD_SECONDS = 20 * HOUR, 300
PEAK = 4_000.0
"""Messages a second at the top of the curve: eight processes."""


def curve(second: int) -> float:
    """Return messages a second: a tenth of the peak at four in the morning, the peak at 16:00."""
    return PEAK * (0.55 - 0.45 * math.cos(2 * math.pi * (second - 4 * HOUR) / DAY))


@dataclass
class Day:
    """One pool through a day, second by second; work is first in, first out."""

    rule: PoolRule
    arrivals: Callable[[int], float]
    has_campaign: Callable[[int], bool] = lambda second: False
    is_dead: Callable[[int], bool] = lambda second: False
    most_per_second: Callable[[int], float | None] = lambda second: None
    noise: float = 0.2
    running: int = 1
    waiting: deque[list[float]] = field(default_factory=deque)
    ages: list[float] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    _booting: list[tuple[int, int]] = field(default_factory=list)

    def play(self, seed: int) -> None:
        randomness, memory = random.Random(seed), PoolMemory()
        for second in range(DAY):
            if count := self.arrivals(second) * randomness.uniform(1 - self.noise, 1 + self.noise):
                self.waiting.append([second, count])
            self._work(second)
            oldest = second - self.waiting[0][0] if self.waiting else 0.0
            self.ages.append(oldest)
            if second % LOOK_SECONDS == 0:
                figures = PoolFigures(
                    self.running,
                    int(sum(count for _, count in self.waiting)),
                    oldest,
                    self.has_campaign(second),
                    self.most_per_second(second),
                )
                advice = advise(self.rule, figures, START + timedelta(seconds=second), memory)
                memory = advice.memory
                if advice.wanted > self.running:
                    self._booting.append((second + BOOT_SECONDS, advice.wanted - self.running))
                self.running = advice.wanted
            self.asked.append(self.running)

    def _work(self, second: int) -> None:
        self._booting = [one for one in self._booting if one[0] > second]
        ready = max(0, self.running - sum(count for _, count in self._booting))
        room = 0.0 if self.is_dead(second) else ready * self.rule.per_second
        if (most := self.most_per_second(second)) is not None:
            room = min(room, most)
        while self.waiting and room > 0:
            done = min(room, self.waiting[0][1])
            room -= done
            self.waiting[0][1] -= done
            if self.waiting[0][1] <= 1e-9:
                self.waiting.popleft()

    @property
    def turns(self) -> int:
        """How often the pool changed its direction."""
        steps = [b - a for a, b in pairwise(self.asked) if a != b]
        return sum((a > 0) != (b > 0) for a, b in pairwise(steps))

    @property
    def hours(self) -> float:
        return sum(self.asked) / HOUR

    def quantile(self, part: float) -> float:
        return sorted(self.ages)[int(part * (len(self.ages) - 1))]


def is_dead(second: int) -> bool:
    return DEAD_AT <= second < DEAD_AT + DEAD_SECONDS


def with_burst(second: int) -> float:
    return curve(second) * (2 if BURST_AT <= second < BURST_AT + BURST_SECONDS else 1)


@pytest.mark.parametrize("seed", range(5))
def test_chat_is_in_time_through_a_day_with_a_burst(seed: int) -> None:
    day = Day(CHAT, with_burst)
    day.play(seed)

    assert day.quantile(0.99) <= CHAT.late_seconds
    assert max(day.ages) <= 45, "the burst is twice the load from one second to the next"
    assert max(day.asked) <= CHAT.maximum
    assert min(day.asked) >= 1
    assert day.turns <= 24
    always_peak = max(day.asked) * 24
    assert day.hours <= 0.55 * always_peak


@pytest.mark.parametrize("seed", range(5))
def test_a_dead_pool_is_caught_up_with_and_not_fled_from(seed: int) -> None:
    day = Day(CHAT, curve, is_dead=is_dead)
    day.play(seed)

    assert max(day.ages) <= DEAD_SECONDS + 60
    in_time = next(
        second
        for second in range(DEAD_AT + DEAD_SECONDS, DAY)
        if day.ages[second] <= CHAT.late_seconds
    )
    assert in_time - (DEAD_AT + DEAD_SECONDS) <= 300
    assert max(day.asked) <= CHAT.maximum
    before = max(day.asked[:DEAD_AT])
    assert day.asked[DAY - 1] <= before, "two hours later it is as small as before"


class NoonCampaign:
    """A million people at noon, as fast as the ramp allows."""

    PEOPLE = 1_000_000

    def __init__(self) -> None:
        self._ramp = Ramp(500.0, 0.0, (START,))
        self._left = float(self.PEOPLE)
        self.ended_at: int | None = None

    def arrivals(self, second: int) -> float:
        return self.PEOPLE if second == 12 * HOUR else 0.0

    def is_running(self, second: int) -> bool:
        return second >= 12 * HOUR and self.ended_at is None

    def per_second(self, second: int) -> float | None:
        return self._ramp.pace / OPERATIONS_PER_PERSON if self.is_running(second) else None

    def follow(self, done: float, second: int) -> None:
        self._ramp = self._ramp.credited(done * OPERATIONS_PER_PERSON)
        self._left -= done
        if self._left < 1 and self.ended_at is None:
            self.ended_at = second


class CampaignDay(Day):
    """A day whose work raises the ramp as it is done."""

    campaign: NoonCampaign

    def _work(self, second: int) -> None:
        before = sum(count for _, count in self.waiting)
        super()._work(second)
        self.campaign.follow(before - sum(count for _, count in self.waiting), second)


@pytest.mark.parametrize("seed", range(3))
def test_a_campaign_at_noon_has_the_processes_that_its_ramp_can_use(seed: int) -> None:
    campaign = NoonCampaign()
    day = CampaignDay(
        CAMPAIGNS,
        campaign.arrivals,
        has_campaign=campaign.is_running,
        most_per_second=campaign.per_second,
        noise=0.0,
    )
    day.campaign = campaign
    day.play(seed)

    assert campaign.ended_at is not None
    assert campaign.ended_at - 12 * HOUR <= 35 * 60
    running = day.asked[12 * HOUR : campaign.ended_at]
    assert min(running) >= 1
    assert 2 <= max(running) <= 4, "the ramp lets nobody use more"
    assert day.turns <= 2
    assert day.asked[14 * HOUR] == CAMPAIGNS.minimum
    assert day.hours <= 26
