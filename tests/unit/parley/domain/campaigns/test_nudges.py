"""How often a campaign that stands still is put back on its queue."""

from __future__ import annotations

from datetime import datetime, timedelta

from parley.domain.campaigns.nudges import FIRST_WAIT, LONGEST_WAIT, Nudge, next_nudge
from parley.testing.clock import START


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def nudges(
    moves: list[float], *, until: float, every: float = 5.0, last: Nudge | None = None
) -> list[float]:
    """When a campaign is nudged that moves at these times, by a look every few seconds."""
    found = []
    second = 0.0
    while second <= until:
        moved = max((move for move in moves if move <= second), default=0.0)
        count = next_nudge(at(second), at(moved), last)
        if count is not None:
            last = Nudge(count, at(second))
            found.append(second)
        second += every
    return found


def test_each_wait_is_twice_the_one_before() -> None:
    assert nudges([0.0], until=500) == [15.0, 45.0, 105.0, 225.0, 465.0]


def test_the_rate_falls_to_four_an_hour() -> None:
    assert len(nudges([0.0], until=24 * 3_600)) <= 24 * 4 + 7
    late = nudges([0.0], until=24 * 3_600)
    assert late[-1] - late[-2] == LONGEST_WAIT.total_seconds()


def test_a_campaign_that_moves_is_never_nudged() -> None:
    assert nudges([float(n) for n in range(0, 600, 10)], until=600) == []


def test_a_slow_campaign_is_nudged_no_more_often_than_a_stalled_one() -> None:
    slow = [float(n) for n in range(0, 3_600, 20)]
    assert len(nudges(slow, until=3_600)) <= 4


def test_a_campaign_that_moved_for_a_while_starts_over_with_a_short_wait() -> None:
    moves = [0.0, *map(float, range(50, 1_200, 5))]
    found = nudges(moves, until=1_400)
    assert found[:2] == [15.0, 45.0]
    assert found[2] == 1_195.0 + FIRST_WAIT.total_seconds()


def test_concurrent_checks_make_one_nudge() -> None:
    last = Nudge(0, at(15))
    assert [next_nudge(at(16), at(0), last) for _ in range(20)] == [None] * 20
