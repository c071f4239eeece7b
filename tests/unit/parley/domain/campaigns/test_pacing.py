"""A rate holds over all lanes and workers together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.pacing import Gate, closed_until, lanes, paced_batch
from parley.store import MUST_NOT_EXIST, Set, Snapshot, UpdatedAt
from schema import limits

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@given(st.integers(1, limits.THROTTLE_PER_MINUTE))
def test_all_lanes_together_send_at_most_one_seconds_share_at_once(per_minute: int) -> None:
    burst = lanes(per_minute) * paced_batch(per_minute, limits.CAMPAIGN_BATCH)
    assert burst <= max(1, per_minute / 60)


@pytest.mark.parametrize(
    ("per_minute", "count", "batch"),
    [(1, 1, 1), (60, 1, 1), (600, 1, 10), (6_000, 1, 100), (7_000, 2, 58), (1_000_000, 167, 99)],
)
def test_lanes_and_batches_of_a_rate(per_minute: int, count: int, batch: int) -> None:
    assert (lanes(per_minute), paced_batch(per_minute, 100)) == (count, batch)


def gate(next_at: datetime | None, per_minute: float = 60) -> Gate:
    held = None if next_at is None else Snapshot("a/b", {"nextAt": next_at}, NOW)
    return Gate("a/b", per_minute, held)


def test_a_gate_that_nothing_passed_is_open() -> None:
    assert closed_until([gate(None)], NOW) is None


def test_the_last_gate_to_open_holds_a_batch() -> None:
    soon, later = NOW + timedelta(seconds=1), NOW + timedelta(seconds=9)
    assert closed_until([gate(soon), gate(later), gate(NOW)], NOW) == later


def test_time_that_passed_unused_is_not_made_up_for() -> None:
    assert gate(NOW - timedelta(hours=1)).next_at(10, NOW) == NOW + timedelta(seconds=10)
    assert gate(NOW + timedelta(seconds=5)).next_at(10, NOW) == NOW + timedelta(seconds=15)


def test_passing_is_fenced() -> None:
    first, second = gate(None).pass_through(1, NOW), gate(NOW).pass_through(1, NOW)
    assert isinstance(first, Set)
    assert isinstance(second, Set)
    assert first.precondition == MUST_NOT_EXIST
    assert second.precondition == UpdatedAt(NOW)
