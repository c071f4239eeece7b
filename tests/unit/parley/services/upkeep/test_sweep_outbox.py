from __future__ import annotations

from schema.events import MessageQueued
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_a_message_whose_trigger_was_lost_is_published_after_ten_seconds(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    upkeep = world.app.upkeep()

    assert await upkeep.run_once() == 0
    world.clock.advance(11)
    assert await upkeep.run_once() == 1
    assert world.publisher.published == [MessageQueued(chat_id=chat_id, message_id="m1")]


async def test_a_backlog_is_read_once_in_each_doubling_window(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    upkeep = world.app.upkeep()

    for _ in range(320 // 5):
        world.clock.advance(5)
        await upkeep.run_once()

    assert 4 <= len(world.publisher.published) <= 7


async def test_a_process_that_starts_finds_old_messages(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(3 * 24 * 3600)

    assert await world.app.upkeep().run_once() == 1
