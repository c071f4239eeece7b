"""The benchmark itself runs, at a size that says nothing about speed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bench.campaign_fan_out import ASYNC, BULK, PARLEY, RAW, READING, Plan, cells_of, laid_by_parley


@pytest.fixture
def own_environment() -> Iterator[None]:
    """The client library finds its emulator in the environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize("has_chats", [False, True], ids=["first contact", "existing chats"])
async def test_every_contestant_writes_the_same_people(
    firestore_emulator: str, has_chats: bool
) -> None:
    os.environ["FIRESTORE_EMULATOR_HOST"] = firestore_emulator
    plan = Plan(firestore_emulator, people=100, warming=0)
    cells = cells_of(plan, await laid_by_parley(plan, has_chats=has_chats), has_chats=has_chats)

    assert [cell.name for cell in cells] == [PARLEY, RAW, READING, ASYNC, BULK]
    for cell in cells:
        figures = await cell.run()
        assert figures["rate"] > 0
        assert figures["cpu"] > 0
