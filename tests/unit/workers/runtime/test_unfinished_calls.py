"""A call may leave something to be done later: its messages are held, and its lane is free."""

from __future__ import annotations

import asyncio

import pytest

from parley.errors import RetryableError
from tests.unit.workers.runtime.stage import NAME, Stage, until


class Later:
    """Something that a test ends, or that hurry does."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.error: Exception | None = None
        self.hurried = 0
        self.obeys = True

    async def wait(self) -> None:
        await self.done.wait()
        if self.error is not None:
            raise self.error

    def hurry(self) -> None:
        self.hurried += 1
        if self.obeys:
            self.done.set()


@pytest.fixture
async def later() -> Later:
    return Later()


@pytest.fixture
async def stage(later: Later) -> Stage:
    """The messages whose names begin with a w leave something to be done."""
    stage = Stage()
    stage.handler.leaves = lambda ids: later if ids[0].startswith("w") else None
    return stage


async def test_messages_are_held_until_what_their_call_left_is_done(
    stage: Stage, later: Later
) -> None:
    await stage.publish("w1")
    async with stage.running():
        await until(lambda: stage.handler.done == ["w1"])
        await asyncio.sleep(300)
        assert stage.queue.held(NAME) == 1, "through twenty leases"
        assert stage.handler.done == ["w1"]

        later.done.set()
        await stage.drained()


async def test_the_lane_goes_on_meanwhile(stage: Stage, later: Later) -> None:
    await stage.publish("w1")
    async with stage.running():
        await until(lambda: stage.handler.done == ["w1"])
        await stage.publish("m2")
        await until(lambda: stage.handler.done == ["w1", "m2"])
        await until(lambda: stage.queue.held(NAME) == 1)


async def test_messages_that_are_held_take_no_room_of_others(later: Later) -> None:
    stage = Stage(max_in_hand=4, pull_size=4)
    stage.handler.leaves = lambda ids: later if ids[0].startswith("w") else None
    await stage.publish(*(f"w{number}" for number in range(20)))
    async with stage.running():
        await until(lambda: len(stage.handler.done) == 20)
        await stage.publish("m1")
        await until(lambda: "m1" in stage.handler.done)
        assert stage.queue.held(NAME) == 20


async def test_what_fails_later_brings_the_messages_back(stage: Stage, later: Later) -> None:
    later.error = RetryableError("not yet")
    await stage.publish("w1")
    async with stage.running():
        await until(lambda: stage.handler.done == ["w1"])
        stage.handler.leaves = lambda ids: None
        later.done.set()
        await stage.drained()

    assert stage.handler.done == ["w1", "w1"]


async def test_a_drain_hurries_what_is_left_and_acknowledges_it(stage: Stage, later: Later) -> None:
    await stage.publish("w1", "w2")
    async with stage.running():
        await until(lambda: stage.handler.done == ["w1", "w2"])
    assert later.hurried >= 1
    assert await stage.queue.backlog(NAME) == 0


async def test_a_call_that_ends_during_a_drain_is_hurried_too(later: Later) -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait)
    stage.handler.leaves = lambda ids: later
    await stage.publish("w1")
    async with stage.running():
        await until(lambda: stage.handler.running == 1)
        asyncio.get_running_loop().call_later(1.0, release.set)
    assert later.hurried == 1
    assert await stage.queue.backlog(NAME) == 0


async def test_what_cannot_be_hurried_is_given_back(stage: Stage, later: Later) -> None:
    later.obeys = False
    await stage.publish("w1")
    async with stage.running():
        await until(lambda: stage.handler.done == ["w1"])
    assert stage.queue.held(NAME) == 0
    assert await stage.queue.backlog(NAME) == 1


async def test_a_worker_that_only_waits_for_later_is_healthy(stage: Stage, later: Later) -> None:
    await stage.publish("w1")
    async with stage.running() as runner:
        await until(lambda: stage.handler.done == ["w1"])
        await asyncio.sleep(200)
        assert runner.health().healthy
