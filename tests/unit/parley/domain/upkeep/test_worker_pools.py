"""How many processes a pool should have."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from parley.domain.upkeep.worker_pools import (
    CAMPAIGNS,
    CHAT,
    PoolFigures,
    PoolMemory,
    PoolRule,
    advise,
)
from parley.testing.clock import START

RULE = PoolRule("chat", per_second=100, late_seconds=10, drain_seconds=10, maximum=8)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [
        (PoolFigures(running=0, backlog=0), 1),
        (PoolFigures(running=1, backlog=1_000), 1),
        (PoolFigures(running=1, backlog=1_001), 2),
        (PoolFigures(running=1, backlog=4_500), 5),
        (PoolFigures(running=1, backlog=1_000_000), 8),
        (PoolFigures(running=3, backlog=200, oldest_seconds=11), 4),
        (PoolFigures(running=3, backlog=200, oldest_seconds=10), 3),
        (PoolFigures(running=3, backlog=2, oldest_seconds=10_000), 3),
        (PoolFigures(running=8, backlog=900, oldest_seconds=60), 8),
    ],
)
def test_a_pool_grows_at_once_by_backlog_and_by_age(figures: PoolFigures, wanted: int) -> None:
    assert advise(RULE, figures, START).wanted == wanted


def test_a_pool_without_work_may_be_empty_if_its_rule_says_so() -> None:
    rule = PoolRule("campaigns", per_second=100, late_seconds=10, drain_seconds=10, minimum=0)
    assert advise(rule, PoolFigures(running=0, backlog=0), START).wanted == 0
    assert advise(rule, PoolFigures(running=0, backlog=1), START).wanted == 1


def test_a_pool_is_never_empty_while_a_campaign_runs() -> None:
    rule = PoolRule("campaigns", per_second=100, late_seconds=10, drain_seconds=10, minimum=0)
    memory = PoolMemory()
    figures = PoolFigures(running=1, backlog=0, has_campaign=True)
    for look in range(0, 86_400, 600):
        advice = advise(rule, figures, after(look), memory)
        memory = advice.memory
        assert advice.wanted == 1
    empty = PoolFigures(running=0, backlog=0, has_campaign=True)
    assert advise(rule, empty, START).wanted == 1


def test_what_a_throttle_or_the_ramp_holds_back_starts_no_process() -> None:
    held = PoolFigures(
        running=1, backlog=1_000_000, oldest_seconds=600, has_campaign=True, most_per_second=250
    )
    assert advise(CAMPAIGNS, held, START).wanted == 1
    free = PoolFigures(running=1, backlog=1_000_000, has_campaign=True)
    assert advise(CAMPAIGNS, free, START).wanted == 4


def test_a_pool_shrinks_by_a_quarter_after_its_time_of_calm() -> None:
    advice = advise(RULE, PoolFigures(running=8, backlog=0), START)
    assert advice.wanted == 8
    advice = advise(RULE, PoolFigures(running=8, backlog=0), after(599), advice.memory)
    assert advice.wanted == 8
    advice = advise(RULE, PoolFigures(running=8, backlog=0), after(600), advice.memory)
    assert advice.wanted == 6
    advice = advise(RULE, PoolFigures(running=6, backlog=0), after(1_199), advice.memory)
    assert advice.wanted == 6
    advice = advise(RULE, PoolFigures(running=6, backlog=0), after(1_200), advice.memory)
    assert advice.wanted == 5


def test_work_that_waits_begins_the_time_of_calm_anew() -> None:
    advice = advise(RULE, PoolFigures(running=4, backlog=0), START)
    late = PoolFigures(running=4, backlog=50, oldest_seconds=8)
    advice = advise(RULE, late, after(300), advice.memory)
    advice = advise(RULE, PoolFigures(running=4, backlog=0), after(700), advice.memory)
    assert advice.wanted == 4


def test_a_step_down_that_is_taken_back_doubles_the_calm() -> None:
    memory = PoolMemory(calm_since=START)
    lowered = advise(RULE, PoolFigures(running=4, backlog=0), after(600), memory)
    assert lowered.wanted == 3
    back = PoolFigures(running=3, backlog=3_500)
    raised = advise(RULE, back, after(700), lowered.memory)
    assert raised.wanted == 4
    calm = advise(RULE, PoolFigures(running=4, backlog=0), after(800), raised.memory)
    assert advise(RULE, PoolFigures(running=4, backlog=0), after(1_999), calm.memory).wanted == 4
    assert advise(RULE, PoolFigures(running=4, backlog=0), after(2_000), calm.memory).wanted == 3


def test_a_pool_at_its_maximum_says_so() -> None:
    assert "8 at most" in advise(RULE, PoolFigures(running=1, backlog=10**6), START).why


@pytest.mark.parametrize("rule", [CHAT, CAMPAIGNS])
def test_the_pools_of_parley_never_sleep(rule: PoolRule) -> None:
    assert advise(rule, PoolFigures(running=0, backlog=0), START).wanted == 1
