"""A memory of the last keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parley.services.delivery.recent_keys import RecentKeys


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 8))
def test_the_last_keys_are_known_and_no_more_than_twice_as_many(
    keys: list[int], least: int
) -> None:
    recent = RecentKeys(least)
    for key in keys:
        recent.add(key)

    assert all(key in recent for key in keys[-least:])
    assert sum(key in recent for key in range(31)) <= 2 * least
