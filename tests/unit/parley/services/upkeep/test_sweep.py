from __future__ import annotations

import pytest

from parley.errors import StoreRejected
from parley.testing.faults import StoreCall
from schema import paths
from schema.events import CampaignQueued, MessageQueued, QueueName
from tests.unit.parley.services.conftest import TwinWorld as World

BOTH = [QueueName.MESSAGE_QUEUE, QueueName.CAMPAIGN_QUEUE]


async def test_a_message_whose_trigger_was_lost_is_put_back_after_ten_seconds(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    sweep = world.app.sweep(BOTH)

    assert await sweep.sweep() == 0
    world.clock.advance(11)
    assert await sweep.sweep() == 1
    assert world.publisher.published == [MessageQueued(chat_id=chat_id, message_id="m1")]


async def test_a_backlog_is_looked_at_once_in_each_doubling_window(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    sweep = world.app.sweep(BOTH)

    for _ in range(320 // 5):
        world.clock.advance(5)
        await sweep.sweep()

    assert 4 <= len(world.publisher.published) <= 7


async def test_a_process_that_begins_finds_what_is_old(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(3 * 24 * 3600)

    assert await world.app.sweep(BOTH).sweep() == 1


async def test_a_process_sweeps_only_the_inboxes_of_its_own_queues(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(15)

    assert await world.app.sweep([QueueName.CAMPAIGN_QUEUE]).sweep() == 0


async def test_a_campaign_that_nobody_began_is_put_back(world: World) -> None:
    await world.service(people=1)
    await world.campaign()
    world.clock.advance(15)

    assert await world.app.sweep(BOTH).sweep() == 1
    await world.work()

    world.publisher.published.clear()
    world.clock.advance(60)
    assert await world.app.sweep(BOTH).sweep() == 0, "a finished campaign is left alone"


async def test_a_campaign_whose_batches_were_lost_is_brought_on(world: World) -> None:
    await world.service(people=150)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    world.publisher.published.clear()
    world.clock.advance(30)

    assert await world.app.sweep(BOTH).sweep() == 1
    assert world.publisher.published == [CampaignQueued(campaign_id="c1")]
    await world.work()

    assert world.at("campaignStatus/c1")["state"] == "completed"


async def test_a_repair_that_fails_keeps_no_other_from_its_turn(world: World) -> None:
    await world.service(people=150)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    world.publisher.take()
    world.clock.advance(30)

    def refuse(call: StoreCall) -> None:
        if call.query is not None and call.query.collection == paths.CAMPAIGN_QUEUE:
            raise StoreRejected("the query needs an index")

    world.store.faults.append(refuse)
    with pytest.raises(StoreRejected):
        await world.app.sweep(BOTH).sweep()

    assert world.publisher.published == [CampaignQueued(campaign_id="c1")]
