"""The arithmetic of workers and costs, and the tables that show it."""

from __future__ import annotations

import pytest

from bench.capacity import (
    BUSY,
    DIRECT,
    FCM_A_SECOND,
    GROUP,
    MILLION,
    SIZES,
    Habits,
    bill,
    campaign_processes,
    campaign_seconds,
    chat_processes,
    mean_cpu_ms,
    processes,
    ramp_at_end,
)
from bench.capacity_page import PAGE, tables, with_tables
from parley.domain.campaigns.ramping import OPERATIONS_PER_PERSON, RISE_SECONDS, Ramp
from parley.domain.upkeep.worker_pools import CAMPAIGNS, CHAT
from parley.testing.clock import START


def test_the_page_has_the_tables_that_are_calculated() -> None:
    """If this fails, run `.venv/bin/python -m bench.capacity_page --write`."""
    assert with_tables(PAGE.read_text()) == PAGE.read_text()
    assert all(table in PAGE.read_text() for table in tables().values())


def test_a_page_without_a_place_for_a_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="no place for the table 'acts'"):
        with_tables("# Scaling")


@pytest.mark.parametrize(
    ("per_second", "cpu_ms", "count"), [(0, 1, 1), (600, 1, 1), (601, 1, 2), (6_000, 1, 10)]
)
def test_a_process_is_busy_for_a_part_of_its_core(
    per_second: float, cpu_ms: float, count: int
) -> None:
    assert processes(per_second, cpu_ms) == count
    assert per_second * cpu_ms / 1_000 <= count * BUSY


@pytest.mark.parametrize(
    ("people", "seconds"), [(10_000, 40), (75_000, 300), (100_000, 367), (MILLION, 1_506)]
)
def test_a_campaign_lasts_as_long_as_its_ramp(people: int, seconds: int) -> None:
    assert round(campaign_seconds(people)) == seconds


@pytest.mark.parametrize("people", [10_000, 200_000, MILLION])
def test_the_arithmetic_has_the_ramp_of_the_workers(people: int) -> None:
    ramp, seconds, left = Ramp(500.0, 0.0, (START,)), 0, float(people * OPERATIONS_PER_PERSON)
    while left > 0:
        sent = min(left, ramp.pace * RISE_SECONDS / 300)
        left -= sent
        ramp, seconds = ramp.credited(sent), seconds + 1
    assert abs(seconds - campaign_seconds(people)) <= 3
    assert ramp.pace / OPERATIONS_PER_PERSON == pytest.approx(ramp_at_end(people))


def test_ten_times_the_people_cost_about_ten_times_as_much() -> None:
    totals = [bill(people, Habits()).total for people in SIZES]
    assert 9 < totals[1] / totals[0] < 10.1
    assert 9 < totals[2] / totals[1] < 10.1


def test_two_processes_serve_chats_at_least() -> None:
    assert chat_processes(1, Habits()) == 2
    assert chat_processes(100 * MILLION, Habits()) > 10


def test_a_campaign_has_no_more_processes_than_fcm_takes_pushes() -> None:
    most = processes(FCM_A_SECOND, 0.42)
    assert campaign_processes(100 * MILLION) == campaign_processes(1_000 * MILLION) == most


def test_a_person_who_does_nothing_costs_no_operations() -> None:
    idle = Habits(active=0, campaigns=0)
    assert bill(MILLION, idle).firestore == 0
    assert bill(MILLION, idle).workers > 0


def test_a_month_has_every_act_as_often_as_the_habits_say() -> None:
    direct, group, *_ = Habits(messages=1, in_groups=0.5, active=1).month(100)
    assert direct.writes == DIRECT.writes * 100 * 30 * 0.5
    assert group.reads == GROUP.reads * 100 * 30 * 0.5


def test_the_scalers_rates_are_those_of_the_arithmetic() -> None:
    per_second = 1_000 * BUSY / mean_cpu_ms(Habits())
    assert CHAT.per_second == pytest.approx(per_second, rel=0.1)
    assert CAMPAIGNS.per_second <= 1_000 * BUSY / 0.42
