"""What was said before somebody joined is no news to them, however late it is fanned out."""

from __future__ import annotations

import pytest

from parley.store import SERVER_TIME
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


async def say(world: World, chat_id: str, message_id: str, *mentions: str) -> None:
    """Ann writes, a second later."""
    world.clock.advance(1)
    await world.post(chat_id, message_id, "ann")
    if mentions:
        path = paths.message(chat_id, message_id)
        await world.write({path: world.at(path) | {"mentions": list(mentions)}})
    world.clock.advance(1)


async def test_a_member_who_joins_during_an_outage_gets_only_later_messages(
    group: Group,
) -> None:
    world = group.world
    await world.person("dan", "dan")
    await say(world, group.id, "m1")
    await group.add("ann", "dan")
    await say(world, group.id, "m2")

    await world.app.fan_out_messages.fan_out(group.id, ["m1", "m2"])

    counts = [row.message_count for uid in ("bob", "dan") if (row := group.row(uid))]
    assert counts == [2, 1]
    assert [one.data["messageId"] for one in world.sender.sent_to("dan")] == ["m2"]


async def test_a_returning_member_gets_no_messages_from_their_absence(group: Group) -> None:
    world = group.world
    await world.person("bob", "bob")
    await group.remove("ann", "bob")
    await say(world, group.id, "m1", "bob")
    await group.add("ann", "bob")
    await group.accept("bob")

    await world.app.fan_out_messages.fan_out(group.id, ["m1"])
    await world.app.fan_out_messages.fan_out(group.id, ["m1"])

    row = group.row("bob")
    assert row is not None
    assert row.message_count == 0
    assert world.sender.sent_to("bob") == []


async def test_joining_times_are_read_only_for_messages_before_the_last_join(
    group: Group,
) -> None:
    world = group.world
    await say(world, group.id, "m1")
    await group.add("ann", "dan")
    await say(world, group.id, "m2")
    before = world.store.counts

    await world.app.fan_out_messages.fan_out(group.id, ["m2"])
    since = world.store.counts
    await world.app.fan_out_messages.fan_out(group.id, ["m1"])

    assert (since - before).of("reads", "chats/members") == 0
    assert (world.store.counts - since).of("reads", "chats/members") == 4


@pytest.mark.parametrize("size", [500, 5_000])
async def test_a_large_group_pushes_only_later_messages_to_new_members(
    world: World, size: int
) -> None:
    chat = {
        "serviceId": "default",
        "kind": "group",
        "createdBy": "ann",
        "createdAt": SERVER_TIME,
        "memberCount": size,
        "large": True,
    }
    owner = {"role": "owner", "joinedAt": SERVER_TIME}
    await world.write({paths.chat("town"): chat, paths.chat_member("town", "ann"): owner})
    town = Group(world, "town")
    await world.person("dan", "dan")
    await world.people("dan")
    await say(world, town.id, "m1", "dan")
    await town.add("ann", "dan")
    await say(world, town.id, "m2", "dan")

    await world.app.fan_out_messages.fan_out(town.id, ["m1", "m2"])

    assert [one.data["messageId"] for one in world.sender.sent_to("dan")] == ["m2"]
