import asyncio

from tests.unit.workers.runtime.stage import NAME, Stage, until


async def test_a_drain_finishes_what_is_begun_and_gives_the_rest_back_at_once() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait, lanes=2)
    for chat in range(5):
        await stage.publish(f"m{chat}", chat=f"chat{chat}")
    async with stage.running():
        await until(lambda: stage.handler.running == 2 and stage.queue.held(NAME) == 5)
        asyncio.get_running_loop().call_later(0.05, release.set)
    assert len(stage.handler.done) == 2
    assert await stage.queue.backlog(NAME) == 3
    assert stage.queue.held(NAME) == 0


async def test_work_that_does_not_end_in_time_is_cut_off_and_given_back() -> None:
    async def hang(ids: list[str]) -> None:
        await asyncio.Event().wait()

    stage = Stage(hang)
    await stage.publish("m1")
    async with stage.running():
        await until(lambda: stage.handler.running == 1)
    assert stage.handler.running == 0
    assert stage.queue.held(NAME) == 0
    assert await stage.queue.backlog(NAME) == 1


async def test_an_acknowledgement_that_was_lost_is_given_before_the_end() -> None:
    async def lose(ids: list[str]) -> None:
        stage.queue.fail(3)

    stage = Stage(lose)
    await stage.publish("m1")
    async with stage.running():
        await until(lambda: stage.handler.done == ["m1"])
    assert await stage.queue.backlog(NAME) == 0


async def test_a_drain_ends_even_when_the_queue_is_away() -> None:
    stage = Stage()
    await stage.publish("m1")
    async with stage.running():
        await until(lambda: stage.handler.done == ["m1"])
        stage.queue.fail(1_000)
    assert stage.queue._failing > 0
