from __future__ import annotations

import pytest

from parley.errors import Conflict, PermanentError
from parley.store import SERVER_TIME
from parley.testing.faults import failing, lost_answer
from schema import paths
from schema.chats import Chat
from schema.user_chats import UserChat
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


async def test_a_direct_message_reaches_both_rows_and_the_others_devices(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("ann", "ann-1")
    await world.person("bob", "bob-1", "bob-2")
    await world.post(chat_id, "m1", "ann", "hello")

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    chat = Chat.parse(world.at(paths.chat(chat_id)))
    assert chat.last_message is not None
    assert (chat.last_message.id, chat.message_count) == ("m1", 1)
    mine = UserChat.parse(world.at(paths.user_chat("ann", chat_id)))
    theirs = UserChat.parse(world.at(paths.user_chat("bob", chat_id)))
    assert (mine.message_count, theirs.message_count) == (0, 1)
    assert (mine.other_uid, theirs.other_uid) == ("bob", "ann")
    assert theirs.last_message == chat.last_message
    assert world.store.document(paths.message_queue(chat_id, "m1")) is None
    assert sorted(one.device.token for one in world.sender.sent) == ["bob-1", "bob-2"]
    assert world.sender.sent[0].title == "Ann"
    assert world.sender.sent[0].body == "hello"


async def test_a_direct_message_costs_what_the_budget_allows(world: World) -> None:
    chat_id = await world.direct_chat()
    for uid in ("ann", "bob"):
        await world.person(uid, uid)
    await world.post(chat_id, "m0", "ann")
    await world.app.fan_out_messages.fan_out(chat_id, ["m0"])
    await world.post(chat_id, "m1", "ann")

    before = world.store.counts
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    spent = world.store.counts - before

    assert spent.writes <= 3
    assert spent.deletes <= 1
    assert spent.reads <= 4


async def test_a_repeat_changes_no_document_and_shows_no_second_notification(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    before = {path: world.store.document(path) for path in world.store.paths()}

    await world.app.fan_out_messages.fan_out(chat_id, ["m1", "m1"])

    assert {path: world.store.document(path) for path in world.store.paths()} == before
    assert len(world.sender.sent) == 1


async def test_messages_of_a_chat_are_folded_into_one_commit(world: World) -> None:
    chat_id = await world.direct_chat()
    names = [f"m{n}" for n in range(10)]
    for name in names:
        world.clock.advance(1)
        await world.post(chat_id, name, "ann")

    before = world.store.counts
    await world.app.fan_out_messages.fan_out(chat_id, names)

    assert (world.store.counts - before).writes == 3
    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == 10
    assert world.at(paths.chat(chat_id))["lastMessage"]["id"] == "m9"


async def test_folded_joins_are_pushed_and_never_counted_as_unread(
    group: Group,
) -> None:
    """One call with posts and the outbox entries of two joins, the worker having been away."""
    world = group.world
    for uid in ("ann", "bob", "dan", "eve"):
        await world.person(uid, uid)
    for act in (
        world.post(group.id, "m1", "bob"),
        group.add("ann", "dan"),
        world.post(group.id, "m2", "bob"),
        group.add("ann", "eve"),
        world.post(group.id, "m3", "dan"),
    ):
        world.clock.advance(1)
        await act
    queued = [path for path in world.store.paths() if path.startswith(f"{paths.MESSAGE_QUEUE}/")]
    names = [world.at(path)["messageId"] for path in queued]
    assert len(names) == 5

    before = world.store.counts
    await world.app.fan_out_messages.fan_out(group.id, names)
    spent = world.store.counts - before

    assert (spent.writes, spent.deletes) == (1 + 5, 5), "the chat and each row once"
    rows = {uid: group.row(uid) for uid in ("ann", "bob", "cat", "dan", "eve")}
    counts = {uid: row.message_count for uid, row in rows.items() if row is not None}
    assert counts == {"ann": 3, "bob": 1, "cat": 3, "dan": 1, "eve": 1}, "since they are in it"
    assert group.chat.message_count == 1 + 2 + 3
    assert group.chat.last_message is not None
    assert group.chat.last_message.id == "m3"
    told = [(one.device.token, one.body) for one in world.sender.sent]
    assert sorted(told) == sorted(
        [
            *(("ann", "Bob: hi") for _ in range(2)),
            ("dan", "Bob: hi"),
            *((uid, "Dan: hi") for uid in ("ann", "bob", "eve")),
            ("dan", "Ann added you"),
            ("eve", "Ann added you"),
        ]
    )


async def test_a_late_older_message_does_not_replace_the_newer_last_one(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    await world.post(chat_id, "m2", "bob")

    await world.app.fan_out_messages.fan_out(chat_id, ["m2"])
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.at(paths.chat(chat_id))["lastMessage"]["id"] == "m2"
    assert world.at(paths.user_chat("bob", chat_id))["lastMessage"]["id"] == "m2"
    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == 1


@pytest.mark.parametrize("fault", ["lost answer", "conflict"])
async def test_the_fence_settles_a_failed_commit(world: World, fault: str) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    world.store.faults.append(
        lost_answer() if fault == "lost answer" else failing(Conflict("told to"))
    )

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == 1
    assert len(world.sender.sent) == 1


async def test_a_read_message_is_not_pushed(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    await world.write(
        {paths.read_receipt(chat_id, "bob"): {"readTo": SERVER_TIME, "readAt": SERVER_TIME}}
    )

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.sender.sent == []


async def test_an_old_repeat_is_not_pushed_by_another_process(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    await world.person("bob", "bob-1")
    world.clock.advance(121)

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.sender.sent == []


async def test_a_message_deleted_before_its_fan_out_is_not_pushed(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann", "a secret")
    await edit(world, chat_id, "m1", deletedAt=SERVER_TIME)

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.sender.sent == []
    assert world.at(paths.user_chat("bob", chat_id))["lastMessage"]["preview"] == ""


async def test_an_outbox_entry_without_a_message_is_deleted_and_reported(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    await world.write({paths.message_queue(chat_id, "gone"): {"chatId": chat_id}})

    with pytest.raises(PermanentError, match="gone"):
        await world.app.fan_out_messages.fan_out(chat_id, ["gone"])

    assert world.store.document(paths.message_queue(chat_id, "gone")) is None
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == 1


async def test_a_persons_answer_opens_their_case_once(world: World) -> None:
    await world.service(people=1)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    chat_id = "p0000:service:acme"
    dashboard_row = paths.user_chat("service:acme", chat_id)
    assert world.store.document(dashboard_row) is None

    await world.post(chat_id, "m1", "p0000", "yes please")
    for _ in range(3):
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    chat = Chat.parse(world.at(paths.chat(chat_id)))
    assert chat.state == "open"
    assert chat.member_ids == ["p0000", "service:acme"]
    assert world.at(dashboard_row)["messageCount"] == 1
    assert world.at(paths.chat_member(chat_id, "service:acme"))["role"] == "member"
    audit = [path for path in world.store.paths() if path.startswith(f"chats/{chat_id}/audit/")]
    assert len(audit) == 1


async def edit(world: World, chat_id: str, message_id: str, **fields: object) -> None:
    path = paths.message(chat_id, message_id)
    held = {name: value for name, value in world.at(path).items() if name != "body"}
    await world.write({path: {**held, **fields}})


async def test_lists_follow_an_edit_or_a_delete_of_the_last_message(world: World) -> None:
    chat_id = await world.direct_chat()
    for message_id in ("m1", "m2"):
        await world.post(chat_id, message_id, "ann", "as posted")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1", "m2"])
    row = paths.user_chat("bob", chat_id)

    await edit(world, chat_id, "m2", body="edited", editedAt=SERVER_TIME)
    await world.app.fan_out_messages.follow_changes(chat_id, ["m2"])
    assert world.at(row)["lastMessage"]["preview"] == "edited"
    assert world.at(paths.chat(chat_id))["lastMessage"]["preview"] == "edited"

    await edit(world, chat_id, "m2", deletedAt=SERVER_TIME)
    await world.app.fan_out_messages.follow_changes(chat_id, ["m2"])
    assert world.at(row)["lastMessage"]["preview"] == ""
    assert world.at(row)["messageCount"] == 2


async def test_changes_of_older_messages_and_repeats_write_nothing(world: World) -> None:
    chat_id = await world.direct_chat()
    for message_id in ("m1", "m2"):
        await world.post(chat_id, message_id, "ann", "as posted")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1", "m2"])
    await edit(world, chat_id, "m1", body="edited", editedAt=SERVER_TIME)

    before = world.store.counts
    await world.app.fan_out_messages.follow_changes(chat_id, ["m1", "m2", "gone"])

    assert (world.store.counts - before).writes == 0


async def test_a_change_before_the_fan_out_is_included(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann", "as posted")
    await edit(world, chat_id, "m1", body="edited", editedAt=SERVER_TIME)

    await world.app.fan_out_messages.follow_changes(chat_id, ["m1"])
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.at(paths.user_chat("bob", chat_id))["lastMessage"]["preview"] == "edited"
    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == 1
