"""Work takes turns by service, and slow work goes beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from parley.adapters.work_thread import WorkThread
from parley.services.turns import SlowWork, Turns


async def test_work_of_one_key_waits_for_one_piece_of_another_and_not_for_all() -> None:
    turns, order = Turns(1), list[str]()

    async def work(key: str) -> None:
        async with turns.of(key):
            order.append(key)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(work("evil"))
        await asyncio.sleep(0)
        group.create_task(work("good"))

    assert "good" in order[:4]
    assert len(order) == 21


async def test_no_more_than_so_many_hold_a_turn() -> None:
    turns, running, most = Turns(2), 0, 0

    async def work(key: str) -> None:
        nonlocal running, most
        async with turns.of(key):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    async with asyncio.TaskGroup() as group:
        for number in range(12):
            group.create_task(work(str(number % 3)))

    assert (most, running) == (2, 0)


@pytest.mark.parametrize("is_granted", [False, True])
async def test_a_turn_of_cancelled_work_is_passed_on(*, is_granted: bool) -> None:
    turns, done = Turns(1), list[str]()
    free = asyncio.Event()

    async def hold() -> None:
        async with turns.of("a"):
            await free.wait()

    async def work(key: str) -> None:
        async with turns.of(key):
            done.append(key)

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0)
    cancelled, other = asyncio.create_task(work("b")), asyncio.create_task(work("c"))
    await asyncio.sleep(0)
    if is_granted:
        free.set()
        await holding
    cancelled.cancel()
    free.set()
    await asyncio.gather(holding, cancelled, other, return_exceptions=True)

    assert "c" in done
    async with asyncio.timeout(1), turns.of("d"):
        pass


async def test_an_error_gives_the_turn_back() -> None:
    turns = Turns(1)
    with pytest.raises(ValueError, match="wrong"):
        async with turns.of("a"):
            raise ValueError("wrong")
    async with asyncio.timeout(1), turns.of("b"):
        pass


async def test_slow_work_runs_in_a_thread_of_its_own_while_the_loop_goes_on() -> None:
    async with WorkThread() as thread:
        slow, is_free = SlowWork(thread), threading.Event()
        # The work ends only because the loop goes on meanwhile.
        asyncio.get_running_loop().call_soon(is_free.set)

        def work() -> str:
            assert is_free.wait(10)
            return threading.current_thread().name

        assert (await slow.run(work, service_id="s")).startswith("beside")


async def test_an_error_of_slow_work_reaches_who_asked() -> None:
    def fail() -> None:
        raise ValueError("wrong")

    async with WorkThread() as thread:
        with pytest.raises(ValueError, match="wrong"):
            await SlowWork(thread).run(fail, service_id="s")
