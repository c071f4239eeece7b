"""What is its owner's in a row of the chat list is left alone by all that the server does."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup, UpdateChat
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group

FLAGS = {"pinned": True, "archived": True, "markedUnread": True}


@pytest.fixture
async def flagged(group: Group) -> Group:
    """Bob has read one message, and flagged the group in every way."""
    await group.world.post(group.id, "m1", "ann")
    await group.world.app.fan_out_messages.fan_out(group.id, ["m1"])
    await put(group, **FLAGS, readCount=1)
    return group


async def put(group: Group, **flags: Any) -> None:
    path = paths.user_chat("bob", group.id)
    await group.world.write({path: group.world.at(path) | flags})


def flags_of(group: Group) -> tuple[bool | None, bool | None, bool | None]:
    row = group.row("bob")
    assert row is not None
    return (row.pinned, row.archived, row.marked_unread)


async def test_an_archived_chat_stays_archived_and_counts_new_messages(
    flagged: Group,
) -> None:
    await flagged.world.post(flagged.id, "m2", "ann")
    await flagged.world.app.fan_out_messages.fan_out(flagged.id, ["m2"])

    row = flagged.row("bob")
    assert row is not None
    assert row.last_message is not None
    assert flags_of(flagged) == (True, True, True)
    assert (row.message_count, row.read_count, row.last_message.id) == (2, 1, "m2")


async def test_no_change_of_the_group_touches_the_flags(flagged: Group) -> None:
    await flagged.add("ann", "dan")
    await flagged.set_role("ann", "bob", "admin")
    await flagged.remove("ann", "cat")
    renamed = UpdateChat(chat_id=flagged.id, title="Climbers")
    await flagged.world.app.update_chats.update_chat(caller=UserCaller("ann"), request=renamed)
    many = [f"u{number:03d}" for number in range(99)]
    await flagged.world.people(*many)
    await flagged.add("ann", *many)

    row = flagged.row("bob")
    assert row is not None
    assert flags_of(flagged) == (True, True, True)
    assert (row.title, row.large, row.read_count) == ("Climbers", True, 1)


async def test_a_returning_member_begins_with_a_new_row(flagged: Group) -> None:
    await flagged.world.person("bob", "bob")
    await flagged.remove("ann", "bob")
    for name in ("m2", "m3"):
        await flagged.world.post(flagged.id, name, "ann")
    await flagged.world.app.fan_out_messages.fan_out(flagged.id, ["m2", "m3"])
    assert flagged.row("bob") is None
    assert flagged.world.sender.sent == [], "what is said without them is not told them"

    await flagged.add("ann", "bob")
    await flagged.accept("bob")
    await flagged.world.post(flagged.id, "m4", "ann")
    await flagged.world.app.fan_out_messages.fan_out(flagged.id, ["m4"])

    row = flagged.row("bob")
    assert row is not None
    assert flags_of(flagged) == (None, None, None)
    assert (row.message_count, row.read_count) == (1, 0), "what came while they were out counts not"
    assert flagged.role("bob") == "member"
    assert len(flagged.world.sender.sent_to("bob")) == 1


async def test_a_returning_member_has_lost_their_role(group: Group) -> None:
    await group.set_role("ann", "bob", "admin")
    await group.leave("bob")

    await group.add("ann", "bob")
    await group.accept("bob")

    assert group.role("bob") == "member"


async def test_a_waiting_post_of_a_removed_sender_reaches_the_others(
    world: World,
) -> None:
    await world.people("bob", "cat")
    request = CreateGroup(title="Hikers", user_ids=["bob", "cat"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    group = Group(world, opened.chat_id)
    await world.post(group.id, "m1", "bob")
    await group.remove("ann", "bob")

    await world.app.fan_out_messages.fan_out(group.id, ["m1"])

    assert group.row("bob") is None
    assert [row.message_count for uid in ("ann", "cat") if (row := group.row(uid))] == [1, 1]
