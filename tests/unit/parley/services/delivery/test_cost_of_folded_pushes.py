"""Who was looked at three times in ten seconds is not looked at again before the summary."""

from __future__ import annotations

from typing import Any

import pytest

from parley.store import Delete
from parley.store.counting import Counts
from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World

TOWN = "town"
SIZE = limits.SMALL_GROUP + 20


async def say(world: World, chat_id: str, number: int) -> Counts:
    before = world.store.counts
    await world.post(chat_id, f"m{number:03d}", "ann")
    await world.app.fan_out_messages.fan_out(chat_id, [f"m{number:03d}"])
    return world.store.counts - before


async def town(world: World) -> None:
    chat = {
        "serviceId": "default",
        "kind": "group",
        "createdBy": "ann",
        "createdAt": world.clock.now(),
        "title": "Town",
        "memberCount": SIZE,
        "large": True,
    }
    await world.write({paths.chat(TOWN): chat})
    for number in range(SIZE):
        await join(world, "ann" if number == 0 else f"p{number:03d}")


async def join(world: World, uid: str) -> None:
    member = {"role": "member", "joinedAt": world.clock.now()}
    await world.write({paths.chat_member(TOWN, uid): member})
    await world.person(uid, f"phone-{uid}")


@pytest.mark.parametrize("silence", ["rings", "no device", "muted"])
async def test_a_fourth_message_in_ten_seconds_reads_nothing_of_its_people(
    world: World, silence: str
) -> None:
    chat_id = await world.direct_chat()
    if silence != "no device":
        await world.person("bob", "bob-1")
    if silence == "muted":
        tokens: dict[str, Any] = world.at(paths.push_tokens("bob"))
        await world.write({paths.push_tokens("bob"): tokens | {"muted": {chat_id: True}}})

    spent = [await say(world, chat_id, number) for number in range(7)]

    assert [one.of("reads", "userPushTokens") for one in spent] == [1, 1, 1, 0, 0, 0, 0]
    receipts_read = [one.of("reads", "chatReadReceipts/members") for one in spent]
    assert receipts_read == [1, 1, 1, 0, 0, 0, 0]
    before = world.store.counts
    world.clock.advance(10)
    await world.app.summaries.send_due()
    summary = world.store.counts - before
    assert summary.of("reads", "userPushTokens") == 1
    rung = [one.data["type"] for one in world.sender.sent]
    assert rung == (["message"] * 3 + ["messages"] if silence == "rings" else [])
    receipts = summary.of("reads", "chatReadReceipts/members")
    assert receipts == (1 if silence == "rings" else 0), "who has nothing to ring costs no receipt"


async def test_a_summary_leaves_out_what_was_read_before_it_was_folded(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    for number in range(4):
        await say(world, chat_id, number)
    world.clock.advance(1)
    await world.post(chat_id, "m004", "ann")
    read = {"readTo": world.clock.now(), "readAt": world.clock.now()}
    await world.write({paths.read_receipt(chat_id, "bob"): read})
    await world.app.fan_out_messages.fan_out(chat_id, ["m004"])
    world.clock.advance(1)
    await say(world, chat_id, 5)

    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert [one.data.get("count") for one in world.sender.sent] == [None, None, None, "1"]


async def test_a_mute_that_ends_is_followed_by_the_summary(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    tokens = world.at(paths.push_tokens("bob"))
    await world.write({paths.push_tokens("bob"): tokens | {"muted": {chat_id: True}}})
    for number in range(3):
        await say(world, chat_id, number)
    await world.write({paths.push_tokens("bob"): tokens})
    await say(world, chat_id, 3)
    assert world.sender.sent == []

    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert [one.data["count"] for one in world.sender.sent] == ["1"]


async def test_members_of_a_large_group_are_read_once_in_a_minute(world: World) -> None:
    await town(world)

    spent = [await say(world, TOWN, number) for number in range(3)]
    world.clock.advance(60)
    spent.append(await say(world, TOWN, 3))

    assert [one.of("reads", "chats/members") for one in spent] == [SIZE, 0, 0, SIZE]


@pytest.mark.parametrize("who", ["joined", "left"])
async def test_who_joins_or_leaves_a_large_group_is_seen_at_once(world: World, who: str) -> None:
    await town(world)
    await say(world, TOWN, 0)
    chat = world.at(paths.chat(TOWN))
    world.clock.advance(1)
    if who == "joined":
        # Somebody else has left, so the number is as it was.
        await world.store.commit([Delete(paths.chat_member(TOWN, "p005"))])
        await join(world, "new")
        chat = chat | {"lastJoinedAt": world.clock.now()}
    else:
        await world.store.commit([Delete(paths.chat_member(TOWN, "p005"))])
        chat = chat | {"memberCount": SIZE - 1}
    await world.write({paths.chat(TOWN): chat})
    world.clock.advance(1)

    await say(world, TOWN, 1)

    assert len(world.sender.sent_to("phone-p005")) == 1
    assert len(world.sender.sent_to("phone-new")) == (1 if who == "joined" else 0)
