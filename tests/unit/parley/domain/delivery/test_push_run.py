from __future__ import annotations

from datetime import timedelta

import pytest

from parley.domain.delivery.push import PushFate
from parley.domain.delivery.push_run import (
    Lately,
    Tally,
    dead_may_go,
    mismatches_are_the_tokens,
    tally,
)
from parley.testing.clock import START


@pytest.mark.parametrize(
    ("accepted", "mismatched", "goes"),
    [
        (0, 1, False),
        (0, 7, False),
        (1, 1, True),
        (1, 10, True),
        (1, 11, False),
        (21, 11, False),
        (22, 11, True),
        (1_000, 500, True),
        (1_000, 501, False),
    ],
)
def test_a_mismatch_is_the_tokens_fault_if_enough_others_are_accepted(
    accepted: int, mismatched: int, goes: bool
) -> None:
    run = Tally(accepted=accepted, mismatched=mismatched)

    assert mismatches_are_the_tokens(run, run) is goes


def test_mismatches_of_many_small_runs_are_bounded_together() -> None:
    run = Tally(accepted=1, mismatched=1)

    assert mismatches_are_the_tokens(run, Tally(accepted=8, mismatched=10))
    assert not mismatches_are_the_tokens(run, Tally(accepted=8, mismatched=11))


def test_earlier_acceptances_prove_nothing_about_a_run() -> None:
    assert not mismatches_are_the_tokens(Tally(mismatched=1), Tally(accepted=10_000, mismatched=1))


@pytest.mark.parametrize(
    ("accepted", "dead", "goes"),
    [(0, 1, True), (0, 100, True), (0, 101, False), (25, 101, False), (26, 101, True)],
)
def test_unregistered_tokens_are_removed_unless_nearly_all_are(
    accepted: int, dead: int, goes: bool
) -> None:
    assert dead_may_go(Tally(accepted=accepted, dead=dead)) is goes


def test_a_token_counts_once_and_accepted_if_it_ever_was() -> None:
    answered = [
        ("a", PushFate.ACCEPTED),
        ("a", PushFate.ACCEPTED),
        ("a", PushFate.WRONG_SENDER),
        ("b", PushFate.WRONG_SENDER),
        ("b", PushFate.WRONG_SENDER),
        ("c", PushFate.DEAD_TOKEN),
        ("d", PushFate.RETRY),
    ]

    assert tally(answered) == Tally(accepted=1, dead=1, mismatched=1)


def test_answers_older_than_ten_minutes_are_forgotten() -> None:
    lately = Lately()
    lately.add(Tally(accepted=1), START)
    lately.add(Tally(accepted=2, dead=3), START + timedelta(seconds=1))
    lately.add(Tally(dead=4), START + timedelta(minutes=5))

    assert lately.at(START + timedelta(minutes=5)) == Tally(accepted=3, dead=7)
    assert lately.at(START + timedelta(minutes=11)) == Tally(dead=4)
    assert lately.at(START + timedelta(minutes=60)) == Tally()
