"""The pace of campaigns as it rises, falls and is divided among processes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.ramping import RISE_SECONDS, Ramp, ramp_seconds, standing_ramp
from parley.testing.clock import START
from schema.campaign_ramp import StoredRamp


def stored(pace: float, *lanes: float, sent: float = 0.0, base: float = 500) -> StoredRamp:
    times = [START + timedelta(seconds=lane) for lane in lanes]
    return StoredRamp(base=base, pace=pace, sent=sent, lanes=times)


def test_a_project_begins_at_the_base() -> None:
    assert standing_ramp(None, 500, START) == Ramp(500, 0, (START,))


@pytest.mark.parametrize(
    ("operations", "pace"), [(149_999, 500), (150_000, 750), (374_999, 750), (375_000, 1_125)]
)
def test_five_minutes_of_sending_raise_the_pace_by_half(operations: float, pace: float) -> None:
    assert Ramp(500, 0, (START,)).credited(operations).pace == pace


def test_what_is_left_over_counts_towards_the_next_rise() -> None:
    ramp = Ramp(500, 100_000, (START,)).credited(60_000)
    assert (ramp.pace, ramp.sent) == (750, 10_000)


@pytest.mark.parametrize(
    ("seconds", "pace"), [(0, 1_687.5), (299, 1_687.5), (300, 1_125), (600, 750), (86_400, 500)]
)
def test_each_five_minutes_of_silence_take_one_rise_back(seconds: float, pace: float) -> None:
    now = START + timedelta(seconds=seconds)
    assert standing_ramp(stored(1_687.5, 0.0), 500, now).pace == pace


def test_silence_after_a_fall_starts_the_count_anew() -> None:
    now = START + timedelta(seconds=RISE_SECONDS)
    assert standing_ramp(stored(750, 0.0, sent=200_000), 500, now).sent == 0
    assert standing_ramp(stored(750, 1.0, sent=200_000), 500, now).sent == 200_000


@pytest.mark.parametrize("base", [250, 5_000])
def test_another_base_holds_at_once(base: float) -> None:
    ramp = standing_ramp(stored(750, 3.0, sent=100), base, START)
    assert (ramp.pace, ramp.sent) == (base, 0)
    assert max(ramp.lanes) == START + timedelta(seconds=3), "what is taken stays taken"


def test_stretches_of_a_lane_follow_one_another() -> None:
    ramp, first = Ramp(500, 0, (START,)).take(2_500, 200, START)
    _, second = ramp.take(2_500, 200, START)
    assert (first.start, second.start) == (START, first.end)
    assert first.end - first.start == timedelta(seconds=5)


def test_a_lane_that_was_free_for_long_gives_no_more() -> None:
    later = START + timedelta(minutes=4)
    _, stretch = Ramp(500, 0, (START,)).take(200, 200, later)
    assert (stretch.start, stretch.end) == (later, later + timedelta(seconds=0.4))


def test_many_processes_share_a_slow_pace() -> None:
    ramp, waits = Ramp(500, 0, (START,)), []
    for _ in range(30):
        ramp, stretch = ramp.take(100_000, 200, START)
        waits.append((stretch.start - START).total_seconds())
    assert max(waits) < 40
    assert not ramp.is_taken(START) or max(waits) > 29


def test_a_pace_above_one_process_has_more_lanes() -> None:
    ramp = Ramp(3_000, 0, (START,)).credited(3_000 * RISE_SECONDS)
    assert (ramp.pace, len(ramp.lanes)) == (4_500, 2)


def test_a_new_lane_begins_when_the_old_ones_have_ended() -> None:
    ramp, stretch = Ramp(3_000, 899_000, (START,)).take(20_000, 200, START)
    assert ramp.credited(1_000).lanes == (stretch.end, stretch.end)


@given(
    pace=st.floats(min_value=100, max_value=100_000),
    wants=st.lists(st.floats(min_value=200, max_value=50_000), min_size=1, max_size=60),
)
def test_stretches_never_exceed_the_pace(pace: float, wants: list[float]) -> None:
    """At any time, the stretches that run then give at most the pace together."""
    ramp = standing_ramp(None, pace, START)
    stretches = []
    for want in wants:
        ramp, stretch = ramp.take(want, 200, START)
        stretches.append(stretch)
    for at in (stretch.start for stretch in stretches):
        running = [one.pace for one in stretches if one.start <= at < one.end]
        assert sum(running) <= pace * 1.000001


@pytest.mark.parametrize(
    ("people", "base", "seconds"),
    [(0, 500, 0), (100, 500, 0.4), (75_000, 500, 300), (100_000, 500, 366.67), (75_000, 5_000, 30)],
)
def test_a_campaign_has_the_ramp_for_itself(people: int, base: float, seconds: float) -> None:
    assert ramp_seconds(people, base) == pytest.approx(seconds, abs=0.01)
