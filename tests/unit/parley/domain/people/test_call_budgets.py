from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.people.call_budgets import (
    seconds_to_wait,
    spend,
    writes_of_group,
    writes_of_import,
    writes_of_joining,
)
from parley.domain.people_requests import ImportPeople
from parley.domain.requests import AddMembers, CreateGroup
from schema import limits

START = datetime(2026, 1, 5, 12, 0, 2, tzinfo=UTC)


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 60)), max_size=60), st.integers(60, 200))
def test_no_minute_holds_more_than_the_limit(steps: list[tuple[float, int]], limit: int) -> None:
    now = START
    spent: dict[int, int] = {}
    taken: list[tuple[datetime, int]] = []
    for pause, amount in steps:
        now += timedelta(seconds=pause)
        if seconds_to_wait(spent, now, amount, limit) == 0:
            spent = spend(spent, now, amount)
            taken.append((now, amount))
    for end, _ in taken:
        since = end - timedelta(seconds=60)
        assert sum(amount for at, amount in taken if since <= at <= end) <= limit


@given(
    st.lists(st.tuples(st.floats(0, 20), st.integers(1, 60)), max_size=60),
    st.integers(1, 60),
)
def test_after_the_time_that_is_told_the_amount_fits(
    steps: list[tuple[float, int]], amount: int
) -> None:
    now = START
    spent: dict[int, int] = {}
    for pause, each in steps:
        now += timedelta(seconds=pause)
        spent = spend(spent, now, each)
    wait = seconds_to_wait(spent, now, amount, 100)
    assert 0 <= wait <= 65
    assert seconds_to_wait(spent, now + timedelta(seconds=wait), amount, 100) == 0
    if wait:
        early = now + timedelta(seconds=wait - 1)
        assert seconds_to_wait(spent, early, amount, 100) > 0


def test_what_was_spent_long_ago_is_forgotten() -> None:
    spent = spend({}, START, 5)
    assert spend(spent, START + timedelta(minutes=2), 7) == {
        int((START + timedelta(minutes=2)).timestamp()) // 5: 7
    }


def test_an_amount_above_the_limit_takes_all_of_it() -> None:
    assert seconds_to_wait({}, START, 5_000, 2_000) == 0
    assert seconds_to_wait(spend({}, START, 1), START, 5_000, 2_000) > 0


@pytest.mark.parametrize(("people", "writes"), [(0, 5), (1, 10), (20, 105), (450, 906)])
def test_a_group_is_counted_by_what_it_writes(people: int, writes: int) -> None:
    request = CreateGroup(title="Town", user_ids=[f"u{n}" for n in range(people)])
    assert writes_of_group(request) == writes


@pytest.mark.parametrize(("people", "writes"), [(1, 8), (20, 103), (40, 203), (450, 963)])
def test_joining_is_counted_by_what_it_writes(people: int, writes: int) -> None:
    request = AddMembers(chat_id="town", user_ids=[f"u{n}" for n in range(people)])
    assert writes_of_joining(request) == writes


@pytest.mark.parametrize(
    ("file", "writes"),
    [
        ({"csv": "uid\nann"}, 7),
        ({"csv": "uid\n" + "ann\n" * 1_000}, limits.CALL_WRITES_PER_MINUTE),
        ({"path": "imports/acme/ann/file"}, limits.CALL_WRITES_PER_MINUTE),
        ({"csv": "uid\nann", "dryRun": True}, 0),
    ],
)
def test_an_import_is_counted_by_its_lines_up_to_a_minutes_writes(
    file: dict[str, object], writes: int
) -> None:
    request = ImportPeople.model_validate({"serviceId": "acme", **file})
    assert writes_of_import(request) == writes
