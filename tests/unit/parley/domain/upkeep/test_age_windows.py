from __future__ import annotations

from datetime import timedelta

import pytest

from parley.domain.upkeep.age_windows import DOUBLING_SECONDS, WEEK_SECONDS, AgeWindow, AgeWindows
from parley.testing.clock import START


def looks(
    windows: AgeWindows, *, created: float = 0.0, every: float, until: float
) -> list[tuple[float, float]]:
    """When, in seconds, a document was found, and how old it was then."""
    at = START + timedelta(seconds=created)
    found = []
    second = 0.0
    while second < until:
        for window in windows.due(START + timedelta(seconds=second)):
            if window.oldest <= at < window.newest:
                found.append((second, second - created))
        second += every
    return found


@pytest.mark.parametrize("every", [1.0, 5.0, 7.3])
@pytest.mark.parametrize("created", [0.4, 3.0, 19.9, 33.0])
def test_a_document_is_found_soon_and_in_every_window_that_it_passes(
    created: float, every: float
) -> None:
    found = looks(AgeWindows((10, 40, 160, 900)), created=created, every=every, until=1_500)

    ages = [age for _, age in found]
    assert 10 < ages[0] <= 40 + every
    assert 3 <= len(ages) <= 6
    for begin, end in ((10, 40), (40, 160), (160, 900)):
        assert any(begin < age <= end + end - begin + every for age in ages)


def test_a_new_process_sweeps_all_windows_at_once() -> None:
    windows = AgeWindows(DOUBLING_SECONDS)

    first = list(windows.due(START))

    assert len(first) == len(DOUBLING_SECONDS) - 1
    assert first[0] == AgeWindow(START - timedelta(seconds=20), START - timedelta(seconds=10))
    assert first[-1].oldest <= START - timedelta(seconds=WEEK_SECONDS)
    assert list(windows.due(START)) == []


def test_a_window_whose_sweep_failed_is_due_again() -> None:
    windows = AgeWindows((10, 20, 30))
    for window in windows.due(START):
        assert window.newest == START - timedelta(seconds=10)
        break

    assert len(list(windows.due(START))) == 2


def test_a_delayed_sweeper_covers_what_it_missed() -> None:
    windows = AgeWindows((10, 20))
    list(windows.due(START))

    late = list(windows.due(START + timedelta(seconds=300)))

    assert late == [AgeWindow(START - timedelta(seconds=10), START + timedelta(seconds=290))]
