"""How long work waits, told from the tree where the queue cannot say."""

from __future__ import annotations

from schema.events import QueueName
from schema.reasons import DeadLetterCode
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_where_nothing_waits_it_is_no_time_at_all(world: World) -> None:
    waiting = world.app.waiting_work
    assert await waiting.seconds(QueueName.MESSAGE_QUEUE) == 0
    assert await waiting.seconds(QueueName.CAMPAIGN_BATCHES) == 0


async def test_a_message_that_stays_in_the_outbox_waits_from_when_it_was_seen(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    waiting = world.app.waiting_work
    seen = []
    for _ in range(4):
        seen.append(await waiting.seconds(QueueName.MESSAGE_QUEUE))
        world.clock.advance(30)
    assert seen == [0, 30, 60, 90]

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    assert await waiting.seconds(QueueName.MESSAGE_QUEUE) == 0


async def test_messages_that_come_and_go_are_no_work_that_waits(world: World) -> None:
    chat_id = await world.direct_chat()
    for number in range(10):
        await world.post(chat_id, f"m{number}", "ann")
        assert await world.app.waiting_work.seconds(QueueName.MESSAGE_QUEUE) == 0
        await world.app.fan_out_messages.fan_out(chat_id, [f"m{number}"])
        world.clock.advance(30)


async def test_what_was_given_up_does_not_wait(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    await world.app.give_up_messages.message(chat_id, "m1", DeadLetterCode.PERMANENT)
    await world.app.waiting_work.seconds(QueueName.MESSAGE_QUEUE)
    world.clock.advance(600)

    assert await world.app.waiting_work.seconds(QueueName.MESSAGE_QUEUE) == 0


async def test_a_campaign_that_stands_still_has_batches_that_wait(world: World) -> None:
    await world.service(people=250)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    waiting = world.app.waiting_work
    assert await waiting.seconds(QueueName.CAMPAIGN_BATCHES) == 0
    world.clock.advance(400)
    assert await waiting.seconds(QueueName.CAMPAIGN_BATCHES) == 400

    first = world.publisher.take()[0]
    await world.handle(first)
    await world.app.campaign_progress.refresh_marked()
    assert await waiting.seconds(QueueName.CAMPAIGN_BATCHES) == 0, "it moved"


async def test_a_look_reads_a_few_documents_however_many_wait(world: World) -> None:
    chat_id = await world.direct_chat()
    for number in range(60):
        await world.post(chat_id, f"m{number}", "ann")
    before = world.store.counts
    await world.app.waiting_work.seconds(QueueName.MESSAGE_QUEUE)

    assert (world.store.counts - before).reads <= 20


async def test_of_a_queue_whose_work_leaves_no_trace_nobody_can_say(world: World) -> None:
    assert await world.app.waiting_work.seconds(QueueName.EMAIL_NOTIFICATIONS) is None


async def test_a_campaign_that_nobody_ever_ends_makes_no_worker_unhealthy_for_good(
    world: World,
) -> None:
    await world.service(people=3)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.app.waiting_work.seconds(QueueName.CAMPAIGN_BATCHES)
    world.clock.advance(2 * 3_600)

    assert await world.app.waiting_work.seconds(QueueName.CAMPAIGN_BATCHES) == 0


async def test_what_waits_behind_much_that_was_given_up_is_found(world: World) -> None:
    chat_id = await world.direct_chat()
    for number in range(60):
        await world.post(chat_id, f"m{number}", "ann")
        await world.app.give_up_messages.message(chat_id, f"m{number}", DeadLetterCode.PERMANENT)
        world.clock.advance(1)
    await world.post(chat_id, "waits", "ann")
    await world.app.waiting_work.seconds(QueueName.MESSAGE_QUEUE)
    world.clock.advance(30)

    assert await world.app.waiting_work.seconds(QueueName.MESSAGE_QUEUE) == 30
