from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from parley.errors import Conflict
from parley.store import SERVER_TIME
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import ids, paths
from schema.chats import Chat
from schema.user_chats import UserChat
from tests.unit.parley.services.chats.floods_seen import by_one_each, lines, muted_until, posts
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("count", "apart", "is_muted"),
    [
        (5, 0.0, False),
        (6, 0.0, True),
        (6, 0.2, False),
        (6, 0.199999, True),
        (60, 0.9, False),
        (61, 0.9, True),
        (61, 1.0, False),
    ],
)
@pytest.mark.parametrize("workers", [1, 2])
async def test_a_sixth_post_in_a_second_or_a_sixty_first_in_a_minute_mutes_its_sender(
    world: World, count: int, apart: float, is_muted: bool, workers: int
) -> None:
    chat_id = await world.direct_chat()
    names = await posts(world, chat_id, "ann", count, apart=apart)

    if workers == 1:
        await world.app.fan_out_messages.fan_out(chat_id, names)
    else:
        await by_one_each(world, chat_id, names)

    expected = world.clock.now() + MINUTE if is_muted else None
    assert muted_until(world, chat_id, "ann") == expected
    assert muted_until(world, chat_id, "bob") is None
    said = [one for one in Group(world, chat_id).messages() if one.event is None]
    assert len(said) == count, "what the rules accepted arrives"
    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == count


async def test_a_mute_is_told_by_a_line_that_nobody_counts_and_nothing_rings(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob")
    await world.person("ann", "ann")
    names = await posts(world, chat_id, "ann", 6)
    before = world.store.counts

    await world.app.fan_out_messages.fan_out(chat_id, names)

    spent = world.store.counts - before
    assert (spent.writes, spent.deletes) == (3 + 2, 6), "the mute and its line, and no more"
    ((target, value),) = lines(world, chat_id)
    assert target == "ann"
    assert value is not None
    assert datetime.fromisoformat(value) == muted_until(world, chat_id, "ann")
    chat = Chat.parse(world.at(paths.chat(chat_id)))
    row = UserChat.parse(world.at(paths.user_chat("bob", chat_id)))
    own = UserChat.parse(world.at(paths.user_chat("ann", chat_id)))
    assert chat.message_count == 7
    assert (row.message_count, own.message_count) == (6, 0)
    assert chat.last_message is not None
    assert (chat.last_message.id, chat.last_message.sender_id) == ("muted:m005", "system")
    assert row.last_message == own.last_message == chat.last_message
    assert {one.device.token for one in world.sender.sent} == {"bob"}
    assert all(one.data["messageId"].startswith("m0") for one in world.sender.sent)


async def test_one_burst_mutes_once_however_its_posts_are_shared_out(world: World) -> None:
    chat_id = await world.direct_chat()
    names = await posts(world, chat_id, "ann", 30)
    await by_one_each(world, chat_id, names[:20])
    until = muted_until(world, chat_id, "ann")

    world.clock.advance(5)
    await by_one_each(world, chat_id, [*names[20:], *names])

    assert until is not None
    assert muted_until(world, chat_id, "ann") == until
    assert len(lines(world, chat_id)) == 1


async def test_a_second_burst_after_the_mute_mutes_again(world: World) -> None:
    chat_id = await world.direct_chat()
    await by_one_each(world, chat_id, await posts(world, chat_id, "ann", 6))
    world.clock.advance(61)

    await by_one_each(world, chat_id, await posts(world, chat_id, "ann", 5, of="n"))
    assert muted_until(world, chat_id, "ann") == world.clock.now() - timedelta(seconds=1)
    world.clock.advance(0.5)
    await by_one_each(world, chat_id, await posts(world, chat_id, "ann", 1, of="o"))

    assert muted_until(world, chat_id, "ann") == world.clock.now() + MINUTE
    assert len(lines(world, chat_id)) == 2


async def test_posts_count_once_whatever_is_delivered_again(world: World) -> None:
    chat_id = await world.direct_chat()
    names = await posts(world, chat_id, "ann", 5)
    world.store.faults = [lost_answer(), failing(Conflict("told to"))]

    for _ in range(4):
        await by_one_each(world, chat_id, names)

    assert muted_until(world, chat_id, "ann") is None


async def test_a_backlog_is_judged_by_the_times_of_its_posts(world: World) -> None:
    chat_id = await world.direct_chat()
    slow = await posts(world, chat_id, "ann", 100, apart=1.5)
    world.clock.advance(600)
    await by_one_each(world, chat_id, slow[::-1])
    assert muted_until(world, chat_id, "ann") is None, "100 in 150 s are no flood"

    fast = await posts(world, chat_id, "bob", 6)
    world.clock.advance(61)
    await world.app.fan_out_messages.fan_out(chat_id, fast)
    assert muted_until(world, chat_id, "bob") is None, "a mute of then would be over"


async def test_a_longer_mute_stays_and_its_person_hears_nothing_of_a_shorter_one(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    names = await posts(world, chat_id, "ann", 6)
    path = paths.chat_member(chat_id, "ann")
    until = world.clock.now() + timedelta(days=1)
    await world.write({path: world.at(path) | {"mutedUntil": until}})

    await world.app.fan_out_messages.fan_out(chat_id, names)

    assert muted_until(world, chat_id, "ann") == until
    assert lines(world, chat_id) == []


async def test_who_left_is_made_no_member_again(group: Group) -> None:
    world = group.world
    names = await posts(world, group.id, "bob", 6)
    await group.leave("bob")

    await by_one_each(world, group.id, names)

    assert world.store.document(paths.chat_member(group.id, "bob")) is None
    assert group.told("muted") == []
    await group.add("ann", "bob")
    await group.accept("bob")
    await by_one_each(world, group.id, await posts(world, group.id, "bob", 6, of="n"))
    assert muted_until(world, group.id, "bob") is not None, "coming back is no way around"


async def test_a_member_who_changes_meanwhile_is_looked_at_again(group: Group) -> None:
    """The mute carries the member's own state: it neither restores nor loses what others set."""
    world = group.world
    names = await posts(world, group.id, "bob", 6)

    until = world.clock.now() + timedelta(days=1)
    path = paths.chat_member(group.id, "bob")

    async def muted_by_an_admin(call: StoreCall) -> None:
        if call.operation == "commit" and call.moment == "before" and call.touches(path):
            world.store.faults = []
            await world.write({path: world.at(path) | {"mutedUntil": until}})

    world.store.faults = [muted_by_an_admin]
    await world.app.fan_out_messages.fan_out(group.id, names)

    assert muted_until(world, group.id, "bob") == until
    assert group.told("muted") == []


@pytest.mark.parametrize(
    "written",
    [
        {"senderId": "service:acme", "staffId": "staff1"},
        {"senderId": "service:acme", "campaignId": "c1"},
        {"senderId": "ann", "via": "sms"},
    ],
    ids=["a dashboard", "a campaign", "SMS"],
)
async def test_dashboards_campaigns_and_carriers_keep_their_own_pace(
    world: World, written: dict[str, Any]
) -> None:
    await world.service("acme")
    chat_id = ids.case_chat_id("ann", "acme")
    await world.write(
        {
            paths.chat(chat_id): {
                "serviceId": "acme",
                "kind": "case",
                "createdBy": "ann",
                "createdAt": SERVER_TIME,
                "state": "open",
                "memberIds": ["ann", "service:acme"],
            },
            **{
                paths.chat_member(chat_id, one): {"role": "member", "joinedAt": SERVER_TIME}
                for one in ("ann", "service:acme")
            },
        }
    )
    names = await posts(world, chat_id, written["senderId"], 20)
    for name in names:
        path = paths.message(chat_id, name)
        await world.write({path: world.at(path) | written})

    await world.app.fan_out_messages.fan_out(chat_id, names)

    assert muted_until(world, chat_id, "ann") is None
    assert muted_until(world, chat_id, "service:acme") is None
    assert lines(world, chat_id) == []


async def test_a_case_mutes_its_person(world: World) -> None:
    await world.service("acme")
    chat_id = ids.case_chat_id("ann", "acme")
    await world.write(
        {
            paths.chat(chat_id): {
                "serviceId": "acme",
                "kind": "case",
                "createdBy": "ann",
                "createdAt": SERVER_TIME,
                "state": "closed",
                "memberIds": ["ann"],
            },
            paths.chat_member(chat_id, "ann"): {"role": "member", "joinedAt": SERVER_TIME},
        }
    )

    await by_one_each(world, chat_id, await posts(world, chat_id, "ann", 12))

    assert muted_until(world, chat_id, "ann") is not None
    chat = Chat.parse(world.at(paths.chat(chat_id)))
    assert chat.state == "open"
    assert world.at(paths.user_chat("service:acme", chat_id))["messageCount"] == 12


async def test_a_service_chooses_its_limits_and_a_message_reads_nothing_for_them(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    path = paths.service("default")
    await world.write({path: {"name": "App", "kind": "default", "limits": {"postsPerSecond": 2}}})
    await world.app.post_limits.refresh()
    await world.app.fan_out_messages.fan_out(chat_id, await posts(world, chat_id, "ann", 2))
    assert muted_until(world, chat_id, "ann") is None
    before = world.store.counts

    await world.app.fan_out_messages.fan_out(chat_id, await posts(world, chat_id, "bob", 3))

    assert (world.store.counts - before).by_collection[("reads", "services")] == 0
    assert muted_until(world, chat_id, "bob") is not None

    await world.write({path: {"name": "App", "kind": "default", "limits": {"postsPerMinute": 0}}})
    await world.app.post_limits.refresh()
    names = await posts(world, chat_id, "ann", 3, of="n")
    await world.app.fan_out_messages.fan_out(chat_id, names)
    assert muted_until(world, chat_id, "ann") is None, "what is no limit mutes nobody"


async def test_counting_costs_an_ordinary_message_nothing(group: Group) -> None:
    world = group.world
    await world.post(group.id, "m1", "bob")
    await world.app.fan_out_messages.fan_out(group.id, ["m1"])
    world.clock.advance(1)
    await world.post(group.id, "m2", "bob")
    before = world.store.counts

    await world.app.fan_out_messages.fan_out(group.id, ["m2"])

    spent = world.store.counts - before
    assert (spent.writes, spent.deletes) == (1 + 3, 1)
    assert spent.by_collection[("reads", "chats/members")] == 0
