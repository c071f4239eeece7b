"""Messages of many chats in one pass: what is usual is done at once, the rest goes on alone."""

from __future__ import annotations

from datetime import timedelta

from parley.domain.delivery.push import PushFate
from parley.errors import Conflict, RetryableError, StoreUnavailable
from parley.services.chats.fan_out_messages import Begun
from parley.services.delivery.push_orders import PushIncomplete
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import limits, paths
from schema.bans import ban_fields
from tests.unit.parley.services.conftest import TwinWorld as World

PAIRS = (("ann", "bob"), ("cat", "dan"), ("eve", "fay"))


async def open_chats(world: World) -> list[str]:
    chats = []
    for pair in PAIRS:
        for uid in pair:
            await world.person(uid, f"token-{uid}")
        chats.append(await world.direct_chat(*pair))
    return chats


async def posted(world: World, name: str = "m1") -> list[tuple[str, list[str]]]:
    """A message in each chat, by its first person."""
    chats = await open_chats(world)
    for chat_id, (sender, _) in zip(chats, PAIRS, strict=True):
        await world.post(chat_id, name, sender)
    return [(chat_id, [name]) for chat_id in chats]


def is_fanned_out(world: World, chat_id: str, name: str = "m1") -> bool:
    return world.store.document(paths.message_queue(chat_id, name)) is None


async def test_a_pass_needs_one_commit_and_does_what_each_chat_does_alone(world: World) -> None:
    calls: list[StoreCall] = []
    chats = await posted(world)
    world.store.faults.append(lambda call: calls.append(call) if call.moment == "before" else None)

    fates = await world.app.fan_out_together.fan_out(chats)

    assert fates == [None, None, None]
    assert sum(call.operation == "commit" for call in calls) == 1
    for chat_id, (sender, other) in zip((chat for chat, _ in chats), PAIRS, strict=True):
        assert is_fanned_out(world, chat_id)
        mine, theirs = (world.at(paths.user_chat(uid, chat_id)) for uid in (sender, other))
        assert (mine["messageCount"], theirs["messageCount"]) == (0, 1)
        assert (mine["otherUid"], theirs["otherUid"]) == (other, sender)
        assert len(world.sender.sent_to(f"token-{other}")) == 1
        assert not world.sender.sent_to(f"token-{sender}")


async def test_a_pass_costs_each_chat_what_it_costs_alone(world: World) -> None:
    chats = await posted(world)
    await world.app.fan_out_together.fan_out(chats)
    for chat_id, (sender, _) in zip((chat for chat, _ in chats), PAIRS, strict=True):
        await world.post(chat_id, "m2", sender)

    before = world.store.counts
    await world.app.fan_out_together.fan_out([(chat_id, ["m2"]) for chat_id, _ in chats])
    spent = world.store.counts - before

    assert (spent.writes, spent.deletes, spent.reads) == (3 * 3, 3 * 1, 3 * 4)


async def test_a_chat_that_was_changed_meanwhile_goes_on_alone(world: World) -> None:
    chats = await posted(world)
    second = chats[1][0]
    world.store.faults.append(
        failing(Conflict("told to"), times=99, where=lambda call: call.touches(paths.chat(second)))
    )

    fates = await world.app.fan_out_together.fan_out(chats)

    assert fates == [None, Begun(None), None]
    assert [is_fanned_out(world, chat_id) for chat_id, _ in chats] == [True, False, True]


async def test_a_copy_of_a_finished_message_goes_on_alone(world: World) -> None:
    chats = await posted(world)
    await world.app.fan_out_together.fan_out(chats[:1])

    fates = await world.app.fan_out_together.fan_out(chats)

    assert fates == [Begun(None), None, None]
    assert len(world.sender.sent) == 3


async def test_after_a_lost_answer_the_first_delivery_pushes(world: World) -> None:
    chats = await posted(world)
    world.store.faults.append(lost_answer())

    fates = await world.app.fan_out_together.fan_out(chats)
    assert fates == [Begun(None, is_unanswered=True)] * 3
    assert not world.sender.sent
    for (chat_id, names), begun in zip(chats, fates, strict=True):
        assert isinstance(begun, Begun)
        await world.app.fan_out_messages.fan_out(chat_id, names, is_first=lambda: True, begun=begun)

    assert all(is_fanned_out(world, chat_id) for chat_id, _ in chats)
    assert len(world.sender.sent) == 3


async def test_while_the_store_is_away_every_chat_has_to_come_again(world: World) -> None:
    chats = await posted(world)
    world.store.faults.append(failing(StoreUnavailable("told to"), operation="get_many", times=99))

    fates = await world.app.fan_out_together.fan_out(chats)

    assert all(isinstance(fate, RetryableError) for fate in fates)


async def test_what_was_read_of_an_unusual_chat_is_not_read_again(world: World) -> None:
    chats = await posted(world)
    second = chats[1][0]
    for number in range(limits.POSTS_PER_SECOND + 1):
        await world.post(second, f"fast{number}", "cat")
    names = [f"fast{number}" for number in range(limits.POSTS_PER_SECOND + 1)]
    fates = await world.app.fan_out_together.fan_out([chats[0], (second, names)])
    assert fates[0] is None
    assert isinstance(fates[1], Begun)

    before = world.store.counts
    await world.app.fan_out_messages.fan_out(second, names, begun=fates[1])
    spent = world.store.counts - before

    assert spent.of("reads", "chats") == 0
    assert spent.of("reads", "chatMessages/messages") == 0
    assert world.at(paths.chat_member(second, "cat"))["mutedUntil"] > world.clock.now()


async def test_what_a_banned_person_posts_goes_on_alone(world: World) -> None:
    chats = await posted(world)
    now = world.clock.now()
    fields = ban_fields(reason="spam", by="root", at=now, until=None, due_at=now)
    await world.write({paths.ban("cat"): fields})
    world.clock.advance(timedelta(minutes=1).total_seconds())

    fates = await world.app.fan_out_together.fan_out(chats)

    assert fates[0] is None
    assert isinstance(fates[1], Begun)
    assert not world.sender.sent_to("token-dan")


async def test_a_missing_message_goes_on_alone(world: World) -> None:
    chats = await posted(world)

    fates = await world.app.fan_out_together.fan_out([chats[0], (chats[1][0], ["m1", "gone"])])

    assert fates[0] is None
    assert isinstance(fates[1], Begun)


async def test_a_push_that_has_to_wait_concerns_its_chat_alone(world: World) -> None:
    chats = await posted(world)
    world.sender.give("token-dan", PushFate.RETRY, retry_after=30)

    fates = await world.app.fan_out_together.fan_out(chats)

    assert (fates[0], fates[2]) == (None, None)
    assert isinstance(fates[1], PushIncomplete)
    assert fates[1].retry_after == 30


async def test_who_has_read_a_message_is_not_pushed_to_and_no_device_is_read(world: World) -> None:
    chats = await posted(world)
    now = world.clock.now()
    receipt = {"readTo": now, "readAt": now}
    await world.write({paths.read_receipt(chats[1][0], "dan"): receipt})

    before = world.store.counts
    await world.app.fan_out_together.fan_out(chats)
    spent = world.store.counts - before

    assert not world.sender.sent_to("token-dan")
    assert spent.of("reads", "userPushTokens") == 2


async def test_folded_posts_are_held_until_their_summary(world: World) -> None:
    (chat_id, names), *others = await posted(world)
    await world.app.fan_out_together.fan_out([(chat_id, names), *others])
    names = [f"more{number}" for number in range(limits.PUSHES_IN_A_WINDOW)]
    for name in names:
        world.clock.advance(1)
        await world.post(chat_id, name, "ann")

    (fate,) = await world.app.fan_out_together.fan_out([(chat_id, names)])

    assert len(world.sender.sent_to("token-bob")) == limits.PUSHES_IN_A_WINDOW
    assert fate is not None
    assert not isinstance(fate, Begun | Exception)
    fate.hurry()
    await fate.wait()
    assert world.sender.sent_to("token-bob")[-1].data["type"] == "messages"
