from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from parley.domain.chats.post_paces import PostPaces, microseconds
from parley.domain.chats.recent_acts import Act, RecentActs
from schema import limits

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def acts(count: int, *, chats: int, rows: int = 2, apart: float = 0.1) -> list[Act]:
    return [
        Act(
            "ann",
            f"c{number % chats}",
            f"m{number}",
            microseconds(START + timedelta(seconds=number * apart)),
            rows,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "chats", "rows", "is_too_much"),
    [
        (limits.PERSON_POSTS_PER_MINUTE, 2, 2, False),
        (limits.PERSON_POSTS_PER_MINUTE + 1, 2, 2, True),
        (limits.PERSON_POSTS_PER_MINUTE + 1, 1, 2, False),
        (50, 5, 100, False),
        (51, 5, 100, True),
    ],
)
def test_the_sum_over_several_chats_has_limits(
    count: int, chats: int, rows: int, is_too_much: bool
) -> None:
    recent = RecentActs()
    recent.keep(acts(count, chats=chats, rows=rows))

    assert recent.is_too_much("ann", PostPaces(), START + timedelta(seconds=30)) is is_too_much
    assert not recent.is_too_much("bob", PostPaces(), START)


def test_a_service_that_allows_more_in_its_chats_allows_as_much_more_over_them() -> None:
    recent = RecentActs()
    recent.keep(acts(200, chats=2))

    assert recent.is_too_much("ann", PostPaces(), START + timedelta(seconds=30))
    assert not recent.is_too_much("ann", PostPaces(5, 120), START + timedelta(seconds=30))


def test_what_is_a_minute_old_is_held_against_nobody() -> None:
    recent = RecentActs()
    recent.keep(acts(130, chats=2, apart=0.5))
    assert not recent.is_too_much("ann", PostPaces(), START + timedelta(seconds=65))

    recent.keep(acts(130, chats=2))
    assert not recent.is_too_much("ann", PostPaces(), START + timedelta(minutes=5))


def test_an_act_counts_once() -> None:
    recent = RecentActs()
    for _ in range(3):
        recent.keep(acts(60, chats=2))

    assert len(recent) == 60


def test_the_memory_is_bounded_and_forgets_who_did_nothing_for_longest() -> None:
    recent = RecentActs(remembered=100)
    for number in range(150):
        recent.keep([Act(f"p{number}", "c", "m", microseconds(START), 2, is_edit=True)])

    assert len(recent) == 100
    assert recent.edits("c", "p0") == []
    assert recent.edits("c", "p149") == [microseconds(START)]


def test_of_one_person_no_more_is_remembered_than_limits_need() -> None:
    recent = RecentActs()
    recent.keep(acts(5_000, chats=2, apart=0))

    assert len(recent) <= 2 * limits.CHOSEN_POSTS_PER_MINUTE + 1
