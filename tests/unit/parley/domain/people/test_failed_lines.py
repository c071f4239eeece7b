"""The lines of a file that failed are all remembered, and told as ranges."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.domain.people.failed_lines import FailedLines

ANY_LENGTH = 10**9


def told(*lines: int, longest: int = ANY_LENGTH) -> str:
    failed = FailedLines()
    for line in lines:
        failed.add(line)
    return failed.text(longest)


def read(text: str) -> list[int]:
    lines: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        lines += range(int(first), int(last or first) + 1)
    return lines


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([], ""),
        ([7], "7"),
        ([12, 7, 13, 14, 7], "7,12-14"),
        (list(range(2, 40)), "2-39"),
        ([2, 4, 6, 15, 16, 17], "2,4,6,15-17"),
        ([1_000_000], "1000000"),
    ],
)
def test_lines_next_to_each_other_are_a_range(lines: list[int], text: str) -> None:
    assert told(*lines) == text


@settings(deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 300)))
def test_every_line_that_failed_is_told_and_no_other(lines: list[int]) -> None:
    assert read(told(*lines)) == sorted(set(lines))


def test_a_text_that_would_be_too_long_ends_with_a_whole_range() -> None:
    lines = (7, 12, 13, 20)
    assert told(*lines, longest=10) == "7,12-13,20"
    assert told(*lines, longest=9) == "7,12-13"
    assert told(*lines, longest=6) == "7"
    assert told(*lines, longest=0) == ""


def test_every_second_line_takes_a_bit_for_each_line_until_they_are_told() -> None:
    lines = range(2, 40_000, 2)
    tracemalloc.start()
    failed = FailedLines()
    for line in lines:
        failed.add(line)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    text = failed.text(ANY_LENGTH)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read(text) == list(lines)
    assert held < 10_000
    assert peak < 3 * len(text) + 10_000
