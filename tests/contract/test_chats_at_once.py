"""Services that race each other, on each store: what the preconditions are there for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from parley.adapters.system import RandomIds
from parley.domain.access import UserCaller
from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.fan_out import fan_out
from parley.domain.chats.opening import direct_chat
from parley.domain.requests import AddMembers, CreateGroup, RemoveMember
from parley.errors import Conflict
from parley.services.chats.change_chats import ChangeChats
from parley.services.chats.change_members import ChangeMembers
from parley.services.chats.load_candidates import LoadCandidates
from parley.services.chats.open_chats import OpenChats
from parley.services.upkeep.wake_cases import WakeCases
from parley.store import SERVER_TIME, Query, Where
from parley.testing.clock import START, FixedClock
from schema import paths
from schema.chats import Chat
from schema.messages import Message
from schema.user_chats import UserChat
from tests.contract.conftest import AnyStore
from tests.contract.looking import found, get, ids
from tests.world import World


def candidates(store: AnyStore) -> LoadCandidates:
    return LoadCandidates(store=store, clock=FixedClock())


def changing(store: AnyStore) -> ChangeMembers:
    """As another process would: nothing in common with others but the store."""
    return ChangeMembers(
        chats=ChangeChats(store=store, new_ids=RandomIds()), candidates=candidates(store)
    )


async def written_directly(store: AnyStore, uid: str) -> bool:
    """A direct chat as a client creates it; rules let a second one fail, as must-not-exist does."""
    try:
        await store.commit(direct_chat("ann:bob", by=uid, members=("ann", "bob")))
    except Conflict:
        return False
    return True


async def test_fifty_opens_of_one_pair_by_callables_and_clients_make_one_chat(
    store: AnyStore,
) -> None:
    opens = OpenChats(store=store, new_ids=RandomIds(), candidates=candidates(store))

    async def by_callable(uid: str, other_uid: str) -> bool:
        opened = await opens.open_direct(caller=UserCaller(uid), other_uid=other_uid)
        assert opened.chat_id == "ann:bob"
        return opened.created

    pairs = [("ann", "bob"), ("bob", "ann")] * 25
    made = await asyncio.gather(
        *(
            by_callable(uid, other_uid) if number % 4 < 2 else written_directly(store, uid)
            for number, (uid, other_uid) in enumerate(pairs)
        )
    )

    assert sum(made) == 1
    members = await ids(store, Query(paths.chat_members("ann:bob"), select=()))
    assert sorted(members) == ["ann", "bob"]


async def fanned_out(store: AnyStore, chat_id: str, message_id: str) -> None:
    """One message, by a worker of its own that tries until it is first."""
    while True:
        chat, message = await store.get_many(
            [paths.chat(chat_id), paths.message(chat_id, message_id)]
        )
        assert chat is not None
        assert message is not None
        state = ChatState(chat_id, Chat.parse(chat.fields), chat.update_time)
        try:
            await store.commit(fan_out(state, [Post(message_id, Message.parse(message.fields))]))
        except Conflict:
            continue
        return


async def test_concurrent_changes_and_fan_outs_lose_nothing(
    store: AnyStore,
) -> None:
    await World(store).people("bob", "cat", "dan")
    request = CreateGroup(title="Hikers", user_ids=["bob", "cat"])
    opened = await OpenChats(
        store=store, new_ids=RandomIds(), candidates=candidates(store)
    ).create_group(caller=UserCaller("ann"), request=request)
    chat_id = opened.chat_id
    await World(store).post(chat_id, "m1", "bob")

    added = AddMembers(chat_id=chat_id, user_ids=["dan"])
    removed = RemoveMember(chat_id=chat_id, user_id="cat")
    await asyncio.gather(
        changing(store).add(caller=UserCaller("ann"), request=added),
        fanned_out(store, chat_id, "m1"),
        changing(store).remove(caller=UserCaller("ann"), request=removed),
    )

    chat, row, gone, queued = await store.get_many(
        [
            paths.chat(chat_id),
            paths.user_chat("ann", chat_id),
            paths.user_chat("cat", chat_id),
            paths.message_queue(chat_id, "m1"),
        ]
    )
    assert chat is not None
    assert row is not None
    held = Chat.parse(chat.fields)
    assert held.member_ids == ["ann", "bob", "dan"]
    assert (held.member_count, held.message_count) == (3, 4)
    assert UserChat.parse(row.fields).message_count == 1
    assert (gone, queued) == (None, None)


async def test_a_case_that_many_wake_at_once_is_opened_once(
    store: AnyStore,
) -> None:
    chat_id = "ann:service:acme"
    await World(store).write(
        {
            paths.chat(chat_id): {
                "serviceId": "acme",
                "kind": "case",
                "createdBy": "ann",
                "createdAt": SERVER_TIME,
                "state": "snoozed",
                "snoozedUntil": START,
                "memberIds": ["ann"],
                "memberCount": 1,
            }
        }
    )
    await World(store).post(chat_id, "m1", "ann")
    clock = FixedClock(START + timedelta(seconds=1))

    def sweeper() -> WakeCases:
        return WakeCases(chats=ChangeChats(store=store, new_ids=RandomIds()), clock=clock)

    await asyncio.gather(
        *(sweeper().wake_due() for _ in range(3)),
        fanned_out(store, chat_id, "m1"),
        *(sweeper().wake_due() for _ in range(3)),
    )

    (row,) = await store.get_many([paths.user_chat("service:acme", chat_id)])
    assert row is not None
    assert UserChat.parse(row.fields).message_count == 1
    chat = await get(store, paths.chat(chat_id))
    assert Chat.parse(chat.fields).state == "open"
    opened = Query(paths.chat_audits(chat_id), where=(Where("action", "==", "opened"),))
    assert len(await found(store, opened)) == 1
