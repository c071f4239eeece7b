"""In a group nobody is rung by the words of somebody whom they block."""

from __future__ import annotations

import pytest

from parley.store import SERVER_TIME, Delete
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


@pytest.fixture
async def hikers(group: Group) -> Group:
    for uid in ("ann", "bob", "cat"):
        await group.world.person(uid, uid)
    return group


async def block(world: World, uid: str, other: str) -> None:
    await world.write({paths.user_block(uid, other): {"createdAt": SERVER_TIME}})
    await world.app.follow_blocks.follow(uid, other)


async def rung(group: Group, message_id: str, author: str, *mentions: str) -> list[str]:
    """Somebody writes; whose phone rings."""
    group.world.sender.sent.clear()
    await group.world.post(group.id, message_id, author)
    path = paths.message(group.id, message_id)
    if mentions:
        await group.world.write({path: group.world.at(path) | {"mentions": list(mentions)}})
    await group.world.app.fan_out_messages.fan_out(group.id, [message_id])
    return sorted(one.device.token for one in group.world.sender.sent)


async def test_one_who_blocked_the_author_is_not_rung_and_still_reads(hikers: Group) -> None:
    await block(hikers.world, "bob", "ann")

    assert await rung(hikers, "m1", "ann") == ["cat"]
    assert await rung(hikers, "m2", "ann", "bob") == ["cat"], "a mention is no way around"
    assert await rung(hikers, "m3", "cat") == ["ann", "bob"]
    row = hikers.row("bob")
    assert row is not None
    assert row.message_count == 3


async def test_the_blocked_one_is_rung_by_the_other(hikers: Group) -> None:
    await block(hikers.world, "bob", "ann")

    assert await rung(hikers, "m1", "bob") == ["ann", "cat"]


async def test_a_new_block_holds_at_once_for_an_author_who_was_not_heard_lately(
    hikers: Group,
) -> None:
    """Its event has not arrived yet."""
    await hikers.world.write({paths.user_block("bob", "ann"): {"createdAt": SERVER_TIME}})
    assert await rung(hikers, "m1", "ann") == ["cat"]


@pytest.mark.parametrize("is_followed", [True, False])
async def test_a_new_block_holds_within_seconds_beside_an_author_who_writes_on(
    hikers: Group, is_followed: bool
) -> None:
    assert await rung(hikers, "m1", "ann") == ["bob", "cat"]
    assert await rung(hikers, "m2", "ann") == ["bob", "cat"]
    await hikers.world.write({paths.user_block("bob", "ann"): {"createdAt": SERVER_TIME}})
    if is_followed:
        await hikers.world.app.follow_blocks.follow("bob", "ann")

    hikers.world.clock.advance(2)

    assert await rung(hikers, "m3", "ann") == ["cat"]
    await hikers.world.app.follow_blocks.follow("bob", "ann")
    for number in range(4, 8):
        hikers.world.clock.advance(40)
        assert await rung(hikers, f"m{number}", "ann") == ["cat"]


async def test_a_new_block_holds_behind_many_others_within_a_minute(hikers: Group) -> None:
    for name in ("m1", "m2"):
        await rung(hikers, name, "ann")
    crowd = {paths.user_block("mal", f"u{n}"): {"createdAt": SERVER_TIME} for n in range(450)}
    await hikers.world.write(crowd)
    await block(hikers.world, "bob", "ann")
    heard = []
    for number in range(3, 7):
        hikers.world.clock.advance(5)
        before = hikers.world.store.counts
        heard.append(await rung(hikers, f"m{number}", "ann"))
        spent = (hikers.world.store.counts - before).of("reads", "userBlocks/blocked")
        assert spent <= 200 + 1, "nobody makes a look dear"

    assert heard[-1] == ["cat"]


async def test_a_block_that_ended_ends_here_too_though_its_event_was_lost(hikers: Group) -> None:
    await block(hikers.world, "bob", "ann")
    assert await rung(hikers, "m1", "ann") == ["cat"]
    await hikers.world.store.commit([Delete(paths.user_block("bob", "ann"))])

    hikers.world.clock.advance(51)

    assert await rung(hikers, "m2", "ann") == ["bob", "cat"]


async def test_folded_messages_of_a_blocked_author_are_not_counted(hikers: Group) -> None:
    await block(hikers.world, "bob", "ann")
    names = [f"m{number}" for number in range(8)]
    for number, name in enumerate(names):
        await hikers.world.post(hikers.id, name, "ann" if number % 2 else "cat")
    await hikers.world.app.fan_out_messages.fan_out(hikers.id, names)
    hikers.world.clock.advance(10)
    await hikers.world.app.summaries.send_due()

    told = hikers.world.sender.sent_to("bob")
    assert [one.data["messageId"] for one in told] == ["m0", "m2", "m4", "m6"]
    assert told[-1].data["count"] == "1"


async def test_an_author_costs_a_read_a_minute_and_a_blocker_one(hikers: Group) -> None:
    await rung(hikers, "m1", "ann")
    quiet = await spent(hikers, "m2")
    hikers.world.clock.advance(51)
    fresh = await spent(hikers, "m3")
    await block(hikers.world, "bob", "ann")
    hikers.world.clock.advance(51)
    blocked = await spent(hikers, "m4")
    assert (fresh - quiet, blocked - quiet) == (1, 1), "bob's block is read, his devices are not"


async def test_new_blocks_are_looked_for_once_in_two_seconds(hikers: Group) -> None:
    looks = []
    for number, seconds in enumerate((0, 1, 1, 1)):
        hikers.world.clock.advance(seconds)
        before = hikers.world.store.counts
        await rung(hikers, f"m{number}", "ann")
        looks.append((hikers.world.store.counts - before).of("reads", "blocked"))
    assert looks == [1, 0, 1, 0]


async def spent(group: Group, message_id: str) -> int:
    """What a message reads, without what is read once in two seconds."""
    await group.world.app.bans.banned_lately()
    await group.world.app.blocked_authors.who_block(["nobody"], ())
    await group.world.app.fan_out_messages._notify_members._names.of(["ann"])
    before = group.world.store.counts
    await rung(group, message_id, "ann")
    return (group.world.store.counts - before).reads
