import asyncio
from datetime import timedelta

import pytest

from parley.testing.clock import START
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.virtual_time import LoopClock, NothingLeftToHappen, run_in_virtual_time
from schema.events import QueueName

NAME = QueueName.MESSAGE_QUEUE


def test_sleeping_moves_the_loops_clock() -> None:
    async def main() -> None:
        clock = LoopClock()
        await asyncio.sleep(86_400)
        await clock.sleep(0.5)
        assert clock.now() == START + timedelta(days=1, seconds=0.5)

    run_in_virtual_time(main())


def test_timers_fire_in_order_and_at_their_time() -> None:
    async def main() -> list[tuple[int, float]]:
        loop = asyncio.get_running_loop()
        fired: list[tuple[int, float]] = []

        async def sleep(seconds: int) -> None:
            await asyncio.sleep(seconds)
            fired.append((seconds, loop.time()))

        await asyncio.gather(*(sleep(seconds) for seconds in (300, 5, 60)))
        return fired

    assert run_in_virtual_time(main()) == [(5, 5), (60, 60), (300, 300)]


def test_a_timeout_fires_in_virtual_time() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3_600):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run_in_virtual_time(main()) == 3_600


def test_a_wait_that_nothing_can_end_is_an_error() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(NothingLeftToHappen):
        run_in_virtual_time(main())


def test_a_pull_that_waits_gets_a_message_when_its_lease_lapses() -> None:
    async def main() -> None:
        clock = LoopClock()
        queue = InMemoryQueue(clock, pull_seconds=60)
        queue.put(NAME, b"{}")
        (first,) = await queue.pull(NAME, max_messages=1)
        await queue.extend(NAME, [first.ack_id], seconds=40)
        (second,) = await queue.pull(NAME, max_messages=1)
        assert (first.attempt, second.attempt) == (1, 2)
        assert clock.now() == START + timedelta(seconds=40)

    run_in_virtual_time(main())
