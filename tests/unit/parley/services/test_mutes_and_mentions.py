from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from parley.domain.delivery.push import PushFate
from parley.services.delivery.push_orders import PushIncomplete
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


@pytest.fixture
async def hikers(group: Group) -> Group:
    """Bob and cat have a device each; Ann writes."""
    for uid in ("bob", "cat"):
        await group.world.person(uid, uid)
    return group


async def prefer(world: World, **wishes: Any) -> None:
    """What Bob writes beside his devices."""
    held = world.at(paths.push_tokens("bob"))
    await world.write({paths.push_tokens("bob"): held | wishes})


async def pushed(group: Group, message_id: str, *mentions: str) -> list[str]:
    """Ann writes; who is told."""
    group.world.sender.sent.clear()
    await group.world.post(group.id, message_id, "ann")
    if mentions:
        path = paths.message(group.id, message_id)
        await group.world.write({path: group.world.at(path) | {"mentions": list(mentions)}})
    await group.world.app.fan_out_messages.fan_out(group.id, [message_id])
    return sorted(one.device.token for one in group.world.sender.sent)


async def test_a_muted_chat_is_not_pushed_until_unmuted(
    hikers: Group,
) -> None:
    await prefer(hikers.world, muted={hikers.id: True, "elsewhere": True})
    assert await pushed(hikers, "m1") == ["cat"]
    hikers.world.clock.advance(365 * 24 * 3600)
    assert await pushed(hikers, "m2") == ["cat"]

    await prefer(hikers.world, muted={"elsewhere": True})

    assert await pushed(hikers, "m3") == ["bob", "cat"]


async def test_a_timed_mute_ends_without_a_write(hikers: Group) -> None:
    until = hikers.world.clock.now() + timedelta(hours=8)
    await prefer(hikers.world, muted={hikers.id: until})
    held = hikers.world.at(paths.push_tokens("bob"))

    hikers.world.clock.advance(8 * 3600 - 1)
    assert await pushed(hikers, "m1") == ["cat"]
    hikers.world.clock.advance(1)
    assert await pushed(hikers, "m2") == ["bob", "cat"]

    assert hikers.world.at(paths.push_tokens("bob")) == held


async def test_a_muted_chat_counts_and_is_listed_like_any_other(hikers: Group) -> None:
    await prefer(hikers.world, muted={hikers.id: True})

    await pushed(hikers, "m1")

    row = hikers.row("bob")
    assert row is not None
    assert row.last_message is not None
    assert (row.message_count, row.last_message.id) == (1, "m1")


@pytest.mark.parametrize(
    ("wishes", "heard"),
    [
        ({}, True),
        ({"mentions": "always"}, True),
        ({"mentions": "unlessMuted"}, True),
        ({"muted": True}, True),
        ({"muted": True, "mentions": "always"}, True),
        ({"muted": True, "mentions": "unlessMuted"}, False),
    ],
    ids=str,
)
async def test_a_mention_is_pushed_in_a_muted_chat_unless_the_person_opts_out(
    hikers: Group, wishes: dict[str, Any], heard: bool
) -> None:
    if "muted" in wishes:
        wishes = wishes | {"muted": {hikers.id: True}}
    await prefer(hikers.world, **wishes)

    assert await pushed(hikers, "m1", "bob") == (["bob", "cat"] if heard else ["cat"])


async def test_mentions_of_others_are_not_pushed_in_a_muted_chat(hikers: Group) -> None:
    await prefer(hikers.world, muted={hikers.id: True})

    assert await pushed(hikers, "m1", "cat", "ann") == ["cat"]


async def test_a_repeated_mention_obeys_the_same_setting(hikers: Group) -> None:
    """A worker died before its pushes; another one begins with the fence gone."""
    await prefer(hikers.world, muted={hikers.id: True}, mentions="unlessMuted")
    await pushed(hikers, "m1", "bob")
    await hikers.world.app.fan_out_messages.fan_out(hikers.id, ["m1"])

    assert hikers.world.sender.sent_to("bob") == []


async def test_a_mention_is_heard_once_in_a_muted_group_until_it_was_read(hikers: Group) -> None:
    world = hikers.world
    await prefer(world, muted={hikers.id: True})
    assert await pushed(hikers, "m1", "bob") == ["bob", "cat"]
    world.clock.advance(60)
    assert await pushed(hikers, "m2", "bob") == ["cat"]
    earlier = world.at(paths.message(hikers.id, "m1"))["createdAt"] - timedelta(seconds=1)
    await read(hikers, earlier)
    world.clock.advance(60)
    assert await pushed(hikers, "m3", "bob") == ["cat"], "the first one is still unread"

    await read(hikers, world.at(paths.message(hikers.id, "m1"))["createdAt"])
    world.clock.advance(60)

    assert await pushed(hikers, "m4", "bob") == ["bob", "cat"]


async def read(group: Group, to: datetime) -> None:
    """What Bob's app writes when he has read the group."""
    path = paths.read_receipt(group.id, "bob")
    await group.world.write({path: {"readTo": to, "readAt": group.world.clock.now()}})


async def test_one_of_many_mentions_at_once_is_heard(hikers: Group) -> None:
    world = hikers.world
    await prefer(world, muted={hikers.id: True})
    for number in range(20):
        await world.post(hikers.id, f"m{number:02d}", "ann")
        path = paths.message(hikers.id, f"m{number:02d}")
        await world.write({path: world.at(path) | {"mentions": ["bob"]}})
    names = [f"m{number:02d}" for number in range(20)]
    await world.app.fan_out_messages.fan_out(hikers.id, names)
    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert [one.data["messageId"] for one in world.sender.sent_to("bob")] == ["m00"]


async def test_a_mention_that_the_provider_postponed_is_heard_when_it_comes_again(
    hikers: Group,
) -> None:
    world = hikers.world
    await prefer(world, muted={hikers.id: True})
    world.sender.give("bob", PushFate.RETRY, retry_after=5.0)
    with pytest.raises(PushIncomplete):
        await pushed(hikers, "m1", "bob")
    world.sender.give("bob", PushFate.ACCEPTED)

    await world.app.fan_out_messages.fan_out(hikers.id, ["m1"])

    assert [one.data["messageId"] for one in world.sender.sent_to("bob")][-1:] == ["m1"]


async def test_a_mute_holds_for_mentions_in_direct_and_case_chats(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob")
    held = world.at(paths.push_tokens("bob"))
    await world.write({paths.push_tokens("bob"): held | {"muted": {chat_id: True}}})
    await world.post(chat_id, "m1", "ann")
    path = paths.message(chat_id, "m1")
    await world.write({path: world.at(path) | {"mentions": ["bob"]}})

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.sender.sent == []


async def test_people_who_muted_nothing_cost_no_read_more_for_their_mentions(
    hikers: Group,
) -> None:
    counts = []
    for number, wishes in enumerate(({}, {"muted": {hikers.id: True}})):
        await prefer(hikers.world, **wishes)
        for mention in range(3):
            hikers.world.clock.advance(5)
            before = hikers.world.store.counts
            await pushed(hikers, f"m{number}{mention}", "bob")
            spent = hikers.world.store.counts - before
            counts.append(spent.of("reads", "chatReadReceipts/members"))
    assert counts == [0, 0, 0, 0, 1, 1]
