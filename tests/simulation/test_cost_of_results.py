"""Results cost a read for each receipt that moved, and a write for each batch."""

from __future__ import annotations

from parley.store import SERVER_TIME
from schema import paths
from tests.unit.parley.services.campaigns_seen import (
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.upkeep.results_seen import (
    answer,
    chat_of,
    collect,
    collector,
    finished,
    receipt,
    told,
)


async def test_people_outside_the_audience_are_looked_up_once(world: World) -> None:
    results = await finished(world, people=3, audience={"userIds": ["p0000"]})
    for _ in range(3):
        await world.write(
            {
                paths.read_receipt(chat_of("p0002"), "p0002"): {
                    "readTo": SERVER_TIME,
                    "readAt": SERVER_TIME,
                }
            }
        )
        cost = await collect(world, results)

    assert cost.of("reads", "campaignStatus/batches") == 0


async def test_without_a_campaign_the_results_cost_one_read_a_minute(world: World) -> None:
    results = collector(world)
    before = world.store.counts

    for _ in range(30):
        await collect(world, results)

    assert (world.store.counts - before).reads <= 11


async def test_a_thousand_receipts_cost_a_read_each_and_a_write_for_each_batch(
    world: World,
) -> None:
    results = await finished(world, people=1_000)
    for number in range(1_000):
        await receipt(world, f"p{number:04d}")

    cost = await collect(world, results)

    assert told(world) == {"read": 1_000}
    assert cost.of("reads", "members") == 1_000
    assert cost.of("reads", "campaignStatus/batches") <= 25
    assert cost.of("writes", "campaignStatus/batches") == 10
    assert cost.writes <= 12
    assert cost.reads <= 1_040


async def test_an_answer_costs_one_write_more_than_an_ordinary_message(world: World) -> None:
    results = await finished(world)
    await answer(world, "p0001", "open")
    before = world.store.counts
    await answer(world, "p0001", "ordinary")
    ordinary = world.store.counts - before
    await world.campaign("c2")
    await world.app.run_campaigns.run("c2")
    await world.work()
    world.clock.advance(1)

    before = world.store.counts
    await answer(world, "p0001", "answers")
    cost = world.store.counts - before

    # All messages of two seconds share a look at recent bans, and either may be the first of them.
    assert (cost.reads - cost.of("reads", "bans"), cost.writes, cost.deletes) == (
        ordinary.reads - ordinary.of("reads", "bans"),
        ordinary.writes + 1,
        ordinary.deletes,
    )
    await collect(world, results, 60)
    assert status_of(world, "c2").counts.replied == 1
