"""What a process holds of a queue: bounded by data, and without repeats of what waits."""

from __future__ import annotations

import asyncio

from tests.unit.workers.runtime.stage import NAME, Stage, until


async def test_what_waits_is_bounded_by_its_data_too() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait, lanes=1, max_waiting_bytes=2_000, pull_size=10, pull_loops=1)
    await stage.publish(*(f"{number:03d}-{'m' * 300}" for number in range(60)))
    async with stage.running():
        await until(lambda: stage.handler.running == 1)
        await stage.clock.sleep(1)
        assert stage.queue.held(NAME) == 20, "a pull may exceed it"
        release.set()
        await stage.drained()
    assert len(stage.handler.done) == 60


async def test_a_repeat_of_what_waits_is_acknowledged_at_once() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    async def two_left() -> bool:
        return await stage.queue.backlog(NAME) == 2

    stage = Stage(wait, lanes=1)
    async with stage.running():
        await stage.publish("m0", chat="other")
        await until(lambda: stage.handler.running == 1)
        for _ in range(5):
            await stage.publish("m1")
        await until(two_left)
        release.set()
        await stage.drained()
    assert stage.handler.begun == [["m0"], ["m1"]]
