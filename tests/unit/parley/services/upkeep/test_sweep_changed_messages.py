"""Edits and deletions reach the chat lists though their trigger was lost."""

from __future__ import annotations

import pytest

from parley.domain.upkeep.age_windows import REACH_SECONDS, WEEK_SECONDS
from parley.store import DELETE_FIELD, SERVER_TIME, Update
from schema import paths
from schema.events import MessageQueued
from tests.unit.parley.services.conftest import TwinWorld as World


async def deleted(world: World, chat_id: str) -> None:
    """Write what a client writes when it deletes a message."""
    change = {"body": DELETE_FIELD, "deletedAt": SERVER_TIME}
    await world.store.commit([Update(paths.message(chat_id, "m1"), change)])


@pytest.fixture
async def chat_id(world: World) -> str:
    """A chat whose rows show its one message."""
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann", "a secret")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    return chat_id


def preview(world: World, chat_id: str) -> str:
    shown: str = world.at(paths.user_chat("bob", chat_id))["lastMessage"]["preview"]
    return shown


async def test_a_deleted_text_leaves_the_lists_though_the_trigger_was_lost(
    world: World, chat_id: str
) -> None:
    upkeep = world.app.upkeep()
    await upkeep.run_once()
    await deleted(world, chat_id)

    for _ in range(20):
        world.clock.advance(5)
        await upkeep.run_once()
    await world.work()

    assert "secret" not in preview(world, chat_id)


async def test_an_edit_is_published_with_the_edited_message(world: World, chat_id: str) -> None:
    changed = {"body": "no secret", "editedAt": SERVER_TIME}
    await world.store.commit([Update(paths.message(chat_id, "m1"), changed)])
    world.clock.advance(60)

    assert await world.app.upkeep().run_once() == 1
    assert world.publisher.published == [
        MessageQueued(chat_id=chat_id, message_id="m1", is_changed=True)
    ]
    await world.work()
    assert preview(world, chat_id) == "no secret"


async def test_a_change_is_published_a_few_times_and_then_never_again(
    world: World, chat_id: str
) -> None:
    upkeep = world.app.upkeep()
    await deleted(world, chat_id)

    for _ in range(720):
        world.clock.advance(5)
        await upkeep.run_once()

    assert 3 <= len(world.publisher.published) <= 6


async def test_a_process_that_starts_does_not_read_the_edits_of_days(
    world: World, chat_id: str
) -> None:
    await deleted(world, chat_id)
    world.clock.advance(REACH_SECONDS + 1)

    assert await world.app.upkeep().run_once() == 0
    assert await world.app.upkeep(reach_seconds=WEEK_SECONDS).run_once() == 1
