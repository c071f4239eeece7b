"""A message that is parked is told to its handler first, so that nothing waits for it."""

from __future__ import annotations

import pytest

from parley.errors import Conflict, PermanentError, StoreUnavailable
from parley.services.upkeep.dead_letters import derived_id
from parley.store import Merge
from schema import paths
from tests.unit.workers.runtime.stage import NAME, Stage


async def never(ids: list[str]) -> None:
    raise PermanentError("unreadable")


async def sometimes(ids: list[str]) -> None:
    raise KeyError("a fault")


async def test_the_handler_is_told_of_what_can_never_work() -> None:
    stage = Stage(never)
    await stage.publish("m1", "m2")
    async with stage.running():
        await stage.drained()
    assert sorted(stage.handler.given) == [("m1", "permanent"), ("m2", "permanent")]
    assert len(stage.dead_letters()) == 2


async def test_the_handler_is_told_of_what_failed_too_often() -> None:
    stage = Stage(sometimes)
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert stage.handler.given == [("m1", "exhausted")]


async def test_the_handler_is_told_of_what_kills_its_workers() -> None:
    stage = Stage()
    await stage.publish("poison")
    await stage.deliver_unended(5)
    suspect = paths.suspect(derived_id(NAME, "ann:bob:poison"))
    await stage.store.commit([Merge(suspect, {"begun": 3})])
    async with stage.running():
        await stage.drained()
    assert stage.handler.given == [("poison", "poison")]
    assert stage.handler.begun == []


async def test_a_message_that_nobody_can_read_has_nothing_that_waits_for_it() -> None:
    stage = Stage(never)
    stage.queue.put(NAME, b"not json")
    async with stage.running():
        await stage.drained()
    assert stage.handler.given == []
    assert len(stage.dead_letters()) == 1


@pytest.mark.parametrize("passing", [StoreUnavailable("away"), Conflict("raced")])
async def test_what_cannot_be_given_up_for_the_moment_is_kept_and_given_up_later(
    passing: Exception,
) -> None:
    stage = Stage(never)
    left = 2

    async def fail_twice(ids: list[str]) -> None:
        nonlocal left
        assert stage.dead_letters() == [], "nothing is parked while something waits for it"
        if left:
            left -= 1
            raise passing

    stage.handler.giving_up = fail_twice
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert stage.handler.given == [("m1", "permanent")]
    assert len(stage.dead_letters()) == 1


async def test_what_can_never_be_given_up_is_parked_all_the_same_and_says_so() -> None:
    stage = Stage(never)

    async def broken(ids: list[str]) -> None:
        raise KeyError("a fault of ours")

    stage.handler.giving_up = broken
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    (letter,) = stage.dead_letters()
    assert "unreadable" in letter["error"]["message"]
    assert "could not be ended" in letter["error"]["message"]
