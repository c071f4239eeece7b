"""At most three pushes in ten seconds for each person and chat, then one with the number."""

from __future__ import annotations

from schema import ids, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.folding import is_done, kinds, post, summaries
from tests.unit.parley.services.group import Group


async def test_a_flood_rings_three_times_and_then_once_with_the_number(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("ann")
    await world.person("bob", "bob-1", "bob-2")
    for number in range(10):
        await post(world, chat_id, 1, first=number)
    assert kinds(world, "bob-1") == ["message"] * 3
    assert await world.app.summaries.send_due() == 0

    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert kinds(world, "bob-2") == ["message"] * 3 + ["messages"]
    (summary,) = summaries(world, "bob-1")
    assert (summary.title, summary.body) == ("Ann", "7 new messages")
    assert summary.data == {
        "type": "messages",
        "chatId": chat_id,
        "messageId": "m009",
        "serviceId": "default",
        "kind": "direct",
        "count": "7",
    }
    assert (summary.tag, summary.thread) == (ids.summary_tag(chat_id, "bob"), chat_id)
    assert len(summary.tag) == 32


async def test_a_group_shows_its_title_and_each_person_their_own_number(group: Group) -> None:
    world = group.world
    for uid in ("ann", "bob", "cat"):
        await world.person(uid, uid)
    for number in range(6):
        await world.post(group.id, f"m{number}", "bob" if number == 5 else "ann")
    await world.app.fan_out_messages.fan_out(group.id, [f"m{number}" for number in range(6)])
    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert kinds(world, "ann") == ["message"], "one message is none too many"
    assert [(one.title, one.body) for one in summaries(world, "bob")] == [
        ("Hikers", "2 new messages")
    ]
    assert [one.data["count"] for one in summaries(world, "cat")] == ["3"]
    tags = {one.tag for uid in ("bob", "cat") for one in summaries(world, uid)}
    assert len(tags) == 2


async def test_the_next_summary_of_a_chat_replaces_the_last(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    for burst in range(2):
        await post(world, chat_id, 5, first=10 * burst)
        world.clock.advance(10)
        await world.app.summaries.send_due()
        world.clock.advance(10)

    shown = summaries(world, "bob-1")
    assert [one.data["count"] for one in shown] == ["2", "2"]
    assert len({one.tag for one in shown}) == 1
    assert {one.sound for one in shown} == {"default"}


async def test_folded_messages_are_held_until_their_summary_was_handed_over(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    assert await post(world, chat_id, 3) is None
    folded = await post(world, chat_id, 2, first=3)
    assert not await is_done(folded)

    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert await is_done(folded)


async def test_only_what_is_still_unread_is_told(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    for number in range(6):
        world.clock.advance(1)
        folded = await post(world, chat_id, 1, first=number)
    seen = world.at(paths.message(chat_id, "m004"))["createdAt"]
    await world.write({paths.read_receipt(chat_id, "bob"): {"readTo": seen, "readAt": seen}})
    world.clock.advance(6)
    await world.app.summaries.send_due()

    assert [one.body for one in summaries(world, "bob-1")] == ["1 new message"]
    assert await is_done(folded)


async def test_one_who_has_read_everything_is_not_rung_again(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 6)
    now = world.clock.now()
    await world.write({paths.read_receipt(chat_id, "bob"): {"readTo": now, "readAt": now}})
    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert summaries(world, "bob-1") == []
    assert await is_done(folded)


async def test_a_chat_that_is_muted_meanwhile_gets_no_summary(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 6)
    held = world.at(paths.push_tokens("bob"))
    await world.write({paths.push_tokens("bob"): held | {"muted": {chat_id: True}}})
    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert summaries(world, "bob-1") == []
    assert await is_done(folded)


async def test_a_repeat_of_a_folded_message_counts_once(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await post(world, chat_id, 5)
    again = await world.app.fan_out_messages.fan_out(chat_id, [f"m{n:03d}" for n in range(5)])
    assert again is not None, "the repeat waits for the same summary"
    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert [one.data["count"] for one in summaries(world, "bob-1")] == ["2"]
    assert kinds(world, "bob-1") == ["message"] * 3 + ["messages"]
    assert await is_done(again)


async def test_campaigns_neither_ring_less_nor_count(world: World) -> None:
    await world.service(people=1)
    for number in range(6):
        await world.campaign(f"c{number}")
        await world.app.run_campaigns.run(f"c{number}")
    await world.work()
    world.clock.advance(10)
    await world.app.summaries.send_due()

    assert kinds(world, "token-p0000") == ["message"] * 6


async def test_a_quiet_chat_costs_what_it_did(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("ann")
    await world.person("bob", "bob-1")
    await post(world, chat_id, 1)
    before = world.store.counts

    await post(world, chat_id, 1, first=1)

    spent = world.store.counts - before
    assert spent.reads == 4
    assert summaries(world, "bob-1") == []


async def test_a_summary_costs_two_reads_a_person(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await post(world, chat_id, 50)
    world.clock.advance(10)
    before = world.store.counts

    await world.app.summaries.send_due()

    spent = world.store.counts - before
    assert (spent.reads, spent.writes) == (2, 0)
