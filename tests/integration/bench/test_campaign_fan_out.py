"""The benchmark itself runs, at a size that says nothing about speed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bench.campaign_fan_out import ASYNC, BULK, CASES, PARLEY, RAW, READING, Plan, measure


@pytest.fixture
def own_environment() -> Iterator[None]:
    """The benchmark names its emulator in the environment, as the client library wants it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize("has_chats", CASES.values(), ids=CASES)
async def test_every_contestant_writes_the_same_people(
    firestore_emulator: str, has_chats: bool
) -> None:
    plan = Plan(firestore_emulator, people=100, rounds=1, warming=0)
    rows = await measure(plan, has_chats=has_chats)

    assert [row["what"] for row in rows] == [PARLEY, RAW, READING, ASYNC, BULK]
    assert all(row["people/s"] > 0 for row in rows)
    assert {f"x {name}" for name in (RAW, READING, ASYNC, BULK)} <= rows[0].keys()
