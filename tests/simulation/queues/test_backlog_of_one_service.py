"""A backlog of one service holds up no other: on every queue, with the settings of that queue."""

from __future__ import annotations

import asyncio

import pytest

from parley.queues import QUEUES
from schema.events import QueueName
from tests.simulation.queues.orders import Line, orders
from tests.unit.workers.runtime.stage import until

BACKLOG = 1_000
SWEEPS = 3

every_queue = pytest.mark.parametrize("name", list(QUEUES))


@every_queue
async def test_an_order_behind_a_thousand_of_another_service_is_among_the_next_to_begin(
    name: QueueName,
) -> None:
    line = Line(name)
    await line.queue.publish(orders(name, "evil", BACKLOG))
    await line.queue.publish(orders(name, "good", 1))
    async with line.running():
        await until(lambda: "good" in line.handler.begun)
    assert line.handler.begun.index("good") <= line.lanes + 1


@every_queue
async def test_orders_that_are_published_again_while_they_wait_hold_up_nobody(
    name: QueueName,
) -> None:
    line = Line(name)
    backlog = orders(name, "evil", BACKLOG)
    await line.queue.publish(backlog)
    async with line.running():
        await until(lambda: line.queue.held(name) == BACKLOG)
        for _ in range(SWEEPS):
            await line.queue.publish(backlog)
        await asyncio.sleep(1)
        await line.queue.publish(orders(name, "good", 1))
        already = len(line.handler.begun)
        await until(lambda: "good" in line.handler.begun)
    assert line.handler.begun.index("good") <= already + line.lanes + 1


@pytest.mark.parametrize("name", [name for name, queue in QUEUES.items() if queue.lanes_of_service])
async def test_one_service_leaves_a_lane_to_others(name: QueueName) -> None:
    line = Line(name)
    await line.queue.publish(orders(name, "evil", BACKLOG))
    await line.queue.publish(orders(name, "good", 1))
    async with line.running():
        await until(lambda: "good" in line.handler.begun)
        assert not line.handler.ended, "nobody waits for the first to end"
