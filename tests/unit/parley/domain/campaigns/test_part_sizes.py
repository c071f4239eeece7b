"""How a batch finds the commits that the store takes."""

from __future__ import annotations

import pytest

from parley.domain.campaigns.part_sizes import PartSize


def test_a_batch_is_one_commit_until_one_fails() -> None:
    assert PartSize(100).size == 100


@pytest.mark.parametrize("fits", [1, 7, 49, 100])
def test_a_refused_part_is_halved_until_it_fits(fits: int) -> None:
    size = PartSize(100)
    tried = 0
    while size.size > fits:
        size.refused(size.size)
        tried += 1

    assert fits // 2 <= size.size <= fits
    assert tried <= 7


def test_a_lost_race_is_retried_at_the_same_size_before_splitting() -> None:
    size = PartSize(100)
    assert not size.raced(100)
    assert size.size == 100
    assert not size.raced(100)
    assert size.size == 50


def test_a_person_whose_documents_are_contended_is_left_out() -> None:
    size = PartSize(100)
    races = 1
    while not size.raced(size.size):
        races += 1

    assert size.size == 1
    assert races <= 9


def test_the_size_grows_again_after_a_success() -> None:
    size = PartSize(10)
    size.refused(10)
    size.refused(5)
    seen = []
    for _ in range(4):
        seen.append(size.size)
        size.passed()

    assert seen == [2, 4, 8, 10]


def test_a_commit_of_only_the_ledger_leaves_a_size_of_one() -> None:
    size = PartSize(100)
    size.refused(0)
    assert size.size == 1
