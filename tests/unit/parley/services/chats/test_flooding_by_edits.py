"""Edits are held against their sender, apart from posts; so is what one posts over many chats."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.app import App
from parley.domain.chats.post_paces import Edit
from schema import ids, limits, paths
from schema.chats import Chat
from schema.events import MessageQueued
from tests.unit.parley.services.chats.floods_seen import muted_until
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group
from workers.handlers import MessageQueueHandler

MINUTE = timedelta(minutes=1)
PEOPLE = 100


async def posted(world: World, chat_id: str, count: int, *, apart: float = 1.0) -> None:
    for number in range(count):
        await world.post(chat_id, f"m{number:03d}", "ann")
        await world.app.fan_out_messages.fan_out(chat_id, [f"m{number:03d}"])
        world.clock.advance(apart)


async def edited(
    world: World,
    chat_id: str,
    count: int,
    *,
    apart: float,
    app: App | None = None,
    uid: str = "ann",
) -> None:
    fan_out = (app or world.app).fan_out_messages
    for number in range(count):
        if number:
            world.clock.advance(apart)
        name = f"m{number % 3:03d}"
        await fan_out.follow_changes(chat_id, [name], [Edit(name, uid, world.clock.now())])


@pytest.mark.parametrize(
    ("count", "apart", "is_muted"),
    [(9, 0.01, False), (60, 0.01, False), (61, 0.01, True), (61, 0.9, True), (61, 1.1, False)],
)
async def test_a_sixty_first_edit_in_a_minute_mutes_its_sender(
    world: World, count: int, apart: float, is_muted: bool
) -> None:
    chat_id = await world.direct_chat()
    await posted(world, chat_id, 3)
    world.clock.advance(60)

    await edited(world, chat_id, count, apart=apart)

    expected = world.clock.now() + MINUTE if is_muted else None
    assert muted_until(world, chat_id, "ann") == expected
    assert muted_until(world, chat_id, "bob") is None


async def test_edits_do_not_count_as_posts(world: World) -> None:
    """An app that was offline sends five posts and their edits at once."""
    chat_id = await world.direct_chat()
    await posted(world, chat_id, 5)
    await edited(world, chat_id, 60, apart=0.01)
    assert muted_until(world, chat_id, "ann") is None

    world.clock.advance(1)
    await edited(world, chat_id, 1, apart=0)

    assert muted_until(world, chat_id, "ann") == world.clock.now() + MINUTE


async def test_a_mute_for_edits_is_told_once_in_chat_and_rows(group: Group) -> None:
    world = group.world
    await posted(world, group.id, 3)
    world.clock.advance(60)
    count = Chat.parse(world.at(paths.chat(group.id))).message_count

    await edited(world, group.id, 69, apart=0.01)

    ((_, target, _),) = group.told("muted")
    chat = Chat.parse(world.at(paths.chat(group.id)))
    assert target == "ann"
    assert chat.last_message is not None
    assert chat.last_message.sender_id == ids.SYSTEM_SENDER
    assert chat.message_count == (count or 0) + 1
    assert world.at(paths.user_chat("bob", group.id))["lastMessage"]["id"] == chat.last_message.id


async def test_an_edit_that_is_told_of_twice_counts_once(world: World) -> None:
    chat_id = await world.direct_chat()
    await posted(world, chat_id, 3)
    edit = Edit("m000", "ann", world.clock.now())

    for _ in range(9):
        await world.app.fan_out_messages.follow_changes(chat_id, ["m000"], [edit])

    assert muted_until(world, chat_id, "ann") is None


async def test_edits_below_the_limit_cost_no_read_and_no_write_more(world: World) -> None:
    chat_id = await world.direct_chat()
    await posted(world, chat_id, 3)
    before = world.store.counts
    await world.app.fan_out_messages.follow_changes(chat_id, ["m000"])
    between = world.store.counts

    await edited(world, chat_id, 1, apart=0)

    spent, without = world.store.counts - between, between - before
    assert (spent.reads, spent.writes) == (without.reads, without.writes) == (1, 0)


async def test_staff_who_edit_as_the_service_are_not_counted(world: World) -> None:
    chat_id = await world.direct_chat()
    await posted(world, chat_id, 3)
    before = world.store.counts

    await edited(world, chat_id, 9, apart=0.01, uid=ids.service_member("default"))

    assert (world.store.counts - before).writes == 0


async def test_the_worker_counts_the_edits_that_events_tell_of(world: World) -> None:
    chat_id = await world.direct_chat()
    await posted(world, chat_id, 3)
    events = [
        MessageQueued(
            chat_id=chat_id,
            message_id="m000",
            is_changed=True,
            edited_by="ann",
            edited_at=world.clock.now() - timedelta(milliseconds=number),
        )
        for number in range(61)
    ]

    await MessageQueueHandler(world.app).handle(events, is_first=lambda: True)

    assert muted_until(world, chat_id, "ann") is not None


async def towns(world: World, count: int) -> list[str]:
    """Groups of a hundred, all of ann's."""
    uids = ["ann", *(f"p{number:02d}" for number in range(PEOPLE - 1))]
    chats = [f"town{number}" for number in range(count)]
    for chat_id in chats:
        chat = {
            "serviceId": "default",
            "kind": "group",
            "createdBy": "ann",
            "createdAt": world.clock.now(),
            "title": "Town",
            "memberIds": uids,
            "memberCount": PEOPLE,
        }
        member = {"role": "owner", "joinedAt": world.clock.now()}
        await world.write({paths.chat(chat_id): chat, paths.chat_member(chat_id, "ann"): member})
    return chats


async def test_who_posts_over_several_chats_is_muted_where_the_sum_is_too_much(
    world: World,
) -> None:
    chats = await towns(world, 2)
    most = limits.PERSON_ROWS_PER_MINUTE // PEOPLE
    for number in range(most):
        await world.post(chats[number % 2], f"m{number}", "ann")
        await world.app.fan_out_messages.fan_out(chats[number % 2], [f"m{number}"])
        world.clock.advance(1)
    assert [muted_until(world, chat_id, "ann") for chat_id in chats] == [None, None]

    await world.post(chats[0], "last", "ann")
    await world.app.fan_out_messages.fan_out(chats[0], ["last"])

    assert muted_until(world, chats[0], "ann") == world.clock.now() + MINUTE
    assert muted_until(world, chats[1], "ann") is None
    assert Group(world, chats[0]).told("muted")[0][1] == "ann"


async def test_in_one_chat_its_own_limits_hold_alone(world: World) -> None:
    (chat_id,) = await towns(world, 1)

    await posted(world, chat_id, 60)

    assert muted_until(world, chat_id, "ann") is None
