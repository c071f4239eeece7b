"""A row's place in its list is the time of the last message, despite later writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import AddMembers, UpdateCase, UpdateChat
from parley.store import SERVER_TIME
from schema import paths
from schema.user_chats import UserChat
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group

CASE = "p0000:service:acme"
DASHBOARD = "service:acme"


async def say(world: World, chat_id: str, message_id: str, sender: str = "ann") -> datetime:
    """Post and fan out; when it was said."""
    world.clock.advance(1)
    await world.post(chat_id, message_id, sender)
    await world.app.fan_out_messages.fan_out(chat_id, [message_id])
    said_at = world.clock.now()
    world.clock.advance(1)
    return said_at


async def change(world: World, chat_id: str, message_id: str, **fields: Any) -> None:
    """Edit or delete a message a minute later, and let the lists follow."""
    world.clock.advance(60)
    path = paths.message(chat_id, message_id)
    held = {name: value for name, value in world.at(path).items() if name != "body"}
    await world.write({path: held | fields})
    await world.app.fan_out_messages.follow_changes(chat_id, [message_id])


def row(world: World, uid: str, chat_id: str) -> UserChat:
    return UserChat.parse(world.at(paths.user_chat(uid, chat_id)))


def list_of(world: World, uid: str) -> list[str]:
    """The ids of somebody's chats, newest first, as every client asks for them."""
    prefix = paths.user_chats(uid) + "/"
    rows = [path for path in world.store.paths() if path.startswith(prefix)]
    rows.sort(key=lambda path: world.at(path)["updatedAt"], reverse=True)
    return [path.removeprefix(prefix) for path in rows]


@pytest.mark.parametrize(
    "changed",
    [{"body": "corrected", "editedAt": SERVER_TIME}, {"deletedAt": SERVER_TIME}],
    ids=["edit", "deletion"],
)
async def test_an_edit_of_the_last_message_does_not_move_the_chat(
    world: World, changed: dict[str, Any]
) -> None:
    older = await world.direct_chat("ann", "bob")
    newer = await world.direct_chat("bob", "cat")
    said_at = await say(world, older, "m1", "ann")
    await say(world, newer, "m1", "cat")

    await change(world, older, "m1", **changed)

    assert world.at(paths.user_chat("bob", older))["lastMessage"]["preview"] == changed.get(
        "body", ""
    )
    assert list_of(world, "bob") == [newer, older]
    assert row(world, "bob", older).updated_at == row(world, "ann", older).updated_at == said_at


async def test_a_backlog_places_each_chat_by_its_message_times(world: World) -> None:
    first = await world.direct_chat("ann", "bob")
    second = await world.direct_chat("bob", "cat")
    world.clock.advance(1)
    await world.post(first, "m1", "ann")
    said_at = world.clock.now()
    world.clock.advance(1)
    await world.post(second, "m1", "cat")
    world.clock.advance(600)

    await world.app.fan_out_messages.fan_out(second, ["m1"])
    await world.app.fan_out_messages.fan_out(first, ["m1"])

    assert list_of(world, "bob") == [second, first]
    assert row(world, "bob", first).updated_at == said_at


async def test_a_late_fan_out_of_an_older_message_moves_nothing(world: World) -> None:
    chat_id = await world.direct_chat()
    world.clock.advance(1)
    await world.post(chat_id, "m1", "ann")
    said_at = await say(world, chat_id, "m2", "ann")

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert row(world, "bob", chat_id).updated_at == said_at
    assert row(world, "bob", chat_id).message_count == 2


async def test_only_changes_with_a_system_message_move_a_group(
    group: Group,
) -> None:
    world = group.world
    await say(world, group.id, "m1", "ann")
    told_at = world.clock.now()
    await group.set_role("ann", "bob", "admin")
    world.clock.advance(60)

    described = UpdateChat.model_validate({"chatId": group.id, "topic": "the hills"})
    await world.app.update_chats.update_chat(caller=UserCaller("ann"), request=described)

    assert {row(world, uid, group.id).updated_at for uid in ("ann", "bob", "cat")} == {told_at}


async def test_a_new_member_finds_the_group_in_the_same_place(group: Group) -> None:
    world = group.world
    world.clock.advance(60)

    await group.add("ann", "dan")

    assert row(world, "dan", group.id).updated_at == world.clock.now()
    assert row(world, "bob", group.id).updated_at == world.clock.now()


async def test_becoming_large_and_later_edits_keep_the_place(group: Group) -> None:
    world = group.world
    many = AddMembers(chat_id=group.id, user_ids=[f"u{number:03d}" for number in range(100)])
    await world.people(*many.user_ids)
    world.clock.advance(1)
    await world.app.change_members.add(caller=UserCaller("ann"), request=many)
    grown_at = world.clock.now()
    await say(world, group.id, "m1", "ann")

    await change(world, group.id, "m1", deletedAt=SERVER_TIME)

    assert {row(world, uid, group.id).updated_at for uid in ("ann", "u001")} == {grown_at}
    assert world.at(paths.chat(group.id))["lastMessage"]["createdAt"] > grown_at


async def test_a_case_keeps_its_place_while_staff_assign_snooze_and_edit(world: World) -> None:
    await world.service(people=1)
    await world.write({paths.staff("acme", "agent"): {"role": "agent", "displayName": "Al"}})
    await world.write({paths.user("p0000"): {"displayName": "P", "createdAt": SERVER_TIME}})
    await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    said_at = await say(world, CASE, "m1", "p0000")

    async def update(**wanted: Any) -> None:
        world.clock.advance(60)
        request = UpdateCase(chat_id=CASE, **wanted)
        await world.app.update_chats.update_case(caller=UserCaller("agent"), request=request)

    await update(assignee_id="agent")
    await change(world, CASE, "m1", body="corrected", editedAt=SERVER_TIME)
    assert row(world, "p0000", CASE).updated_at == said_at
    assert row(world, DASHBOARD, CASE).updated_at == said_at

    world.clock.advance(60)
    await update(state="snoozed", snoozed_until=datetime(2026, 1, 6, tzinfo=said_at.tzinfo))
    assert row(world, "p0000", CASE).updated_at == said_at

    world.clock.advance(24 * 3600)
    woken_at = world.clock.now()
    await world.app.upkeep().run_once()
    assert row(world, "p0000", CASE).updated_at == woken_at, "it is told that it was opened"
    assert row(world, DASHBOARD, CASE).updated_at == woken_at


async def test_a_campaign_places_chats_by_its_message_time(world: World) -> None:
    await world.service(people=1)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()

    message = world.at(paths.message(CASE, "c1:p0000"))
    assert row(world, "p0000", CASE).updated_at == message["createdAt"]

    await change(world, CASE, "c1:p0000", deletedAt=SERVER_TIME)
    assert row(world, "p0000", CASE).updated_at == message["createdAt"]
