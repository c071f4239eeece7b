"""The prices of `docs/threats.md` are those that the limits and the code give."""

from __future__ import annotations

import asyncio

import pytest

from bench import dearest_minute
from bench.dearest_minute import MOST_DOLLARS, PAGE, Priced, table, table_in
from bench.minute_of_bursts import PAGE_OF_MESSAGES
from schema import limits
from tests.architecture.sources import ROOT


@pytest.fixture(scope="module")
def acts() -> list[Priced]:
    return asyncio.run(dearest_minute.recount())


def test_the_page_has_the_table_that_is_counted(acts: list[Priced]) -> None:
    """If this fails, run `.venv/bin/python -m bench dearest-minute --write`."""
    assert table_in(PAGE.read_text()) == table(acts)


def test_nothing_that_a_user_does_costs_three_cents_a_minute(acts: list[Priced]) -> None:
    """A preview reads the audience of a service, as sending to it would."""
    dear = [one.minute.act for one in acts if one.dollars >= MOST_DOLLARS]
    assert dear == ["`previewCampaign` by an admin of a service of 200,000 people"]
    assert [one.minute.act for one in acts if not one.minute.is_held] == dear


def test_a_minute_of_calls_keeps_within_the_budget(acts: list[Priced]) -> None:
    """The last call may overrun it, where it is counted afterwards; budgets have documents too."""
    calls = [one.minute for one in acts if one.minute.act.startswith("`") and one.minute.writes]
    assert len(calls) == 8
    for minute in calls:
        assert 0 < minute.times <= limits.CALLS_PER_MINUTE
        fan_out = 2 * minute.times * limits.JOINED_NAMED
        assert minute.writes <= limits.CALL_WRITES_PER_MINUTE + limits.SMALL_GROUP + fan_out


def test_the_library_shows_as_many_messages_as_are_counted() -> None:
    paging = (ROOT / "web/client/src/paging.ts").read_text()
    assert f"PAGE_SIZE = {PAGE_OF_MESSAGES};" in paging
