"""What a group of any size costs, counted by the real store: the published thresholds hold."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import AddMembers, CreateGroup, LeaveChat, RemoveMember, SetRole
from parley.domain.requests import UpdateChat as Describe
from parley.store import SERVER_TIME, Count, Query, Set, Where, Write
from parley.store.counting import Counts
from schema import limits, paths
from schema.chats import Chat
from tests.contract.looking import get
from tests.integration.costs.conftest import CountedWorld

TOWN = "town"
WRITES_A_COMMIT = 500


def name(number: int) -> str:
    return f"u{number:05d}"


async def seed(world: CountedWorld, size: int, *, with_devices: bool = False) -> list[str]:
    """A group as the server leaves one of this size; the first member owns it.

    The first two, who act in the tests, have a profile.
    """
    uids = [name(number) for number in range(size)]
    chat = {
        "serviceId": "default",
        "kind": "group",
        "title": "Town",
        "createdBy": uids[0],
        "createdAt": SERVER_TIME,
        "memberCount": size,
        "messageCount": 0,
    }
    of_size = {"memberIds": uids} if size <= limits.SMALL_GROUP else {"large": True}
    writes: list[Write] = [
        Set(paths.chat(TOWN), chat | of_size),
        *(Set(paths.profile(uid), {"displayName": uid}) for uid in uids[:2]),
    ]
    for number, uid in enumerate(uids):
        member = {"role": "member" if number else "owner", "joinedAt": SERVER_TIME}
        writes.append(Set(paths.chat_member(TOWN, uid), member))
        if with_devices:
            writes.append(Set(paths.push_tokens(uid), devices(uid)))
    await asyncio.gather(
        *(
            world.store.commit(writes[start : start + WRITES_A_COMMIT])
            for start in range(0, len(writes), WRITES_A_COMMIT)
        )
    )
    return uids


def devices(uid: str) -> dict[str, object]:
    phone = {"token": uid, "kind": "fcmToken", "platform": "ios", "updatedAt": SERVER_TIME}
    return {"devices": {"phone": phone}}


async def say(world: CountedWorld, message_id: str, sender: str, *mentions: str) -> Counts:
    """Post, and fan out; what the fan-out cost.

    Without bans and new blocks, a read in two seconds each, and who blocks the author, one in 50.
    """
    await world.app.bans.banned_lately()
    await world.app.blocked_authors.who_block([sender], ())
    await world.post(TOWN, message_id, sender)
    if mentions:
        message = await get(world.store, paths.message(TOWN, message_id))
        await world.write({message.path: message.fields | {"mentions": list(mentions)}})
    return await world.cost_of_fan_out(TOWN, message_id)


def told(world: CountedWorld) -> list[str]:
    return sorted(one.device.token for one in world.sender.sent)


@pytest.mark.parametrize(
    ("size", "writes", "members_read", "pushed"),
    [
        (limits.SMALL_GROUP, 1 + limits.SMALL_GROUP, 0, limits.SMALL_GROUP - 1),
        (limits.SMALL_GROUP + 1, 1, limits.SMALL_GROUP + 1, limits.SMALL_GROUP),
        (limits.PUSHED_GROUP, 1, limits.PUSHED_GROUP, limits.PUSHED_GROUP - 1),
        (limits.PUSHED_GROUP + 1, 1, 0, 0),
        (10_000, 1, 0, 0),
    ],
)
async def test_a_post_costs_what_the_thresholds_say(
    world: CountedWorld, size: int, writes: int, members_read: int, pushed: int
) -> None:
    uids = await seed(world, size, with_devices=size <= limits.PUSHED_GROUP + 1)

    spent = await say(world, "m1", uids[1])

    assert (spent.writes, spent.deletes) == (writes, 1)
    assert spent.of("reads", "chats/members") == members_read
    assert spent.of("reads", "userPushTokens") == pushed
    assert spent.reads <= 3 + members_read + pushed, "chat, message, and the sender's name"
    assert len(told(world)) == pushed


async def test_a_group_of_ten_thousand_pushes_only_to_mentioned_members(
    world: CountedWorld,
) -> None:
    uids = await seed(world, 10_000)
    stranger = "stranger"
    for uid in (uids[5], uids[9_999], uids[6], stranger):
        await world.write({paths.push_tokens(uid): devices(uid)})

    spent = await say(world, "m1", uids[1], uids[5], uids[9_999], uids[1], stranger)

    assert told(world) == [uids[5], uids[9_999]]
    assert (spent.writes, spent.deletes) == (1, 1)
    assert spent.reads <= 3 + 4 + 2, "besides, each who is mentioned, and devices of two of them"


async def test_a_group_of_450_costs_four_reads_and_two_writes_each(world: CountedWorld) -> None:
    people = [name(number) for number in range(limits.MEMBERS_PER_CALL)]
    await world.people(*people)
    for uid in people[:10]:
        await world.write({paths.user(uid): {"whoMayAddMe": "contacts"}})
    before = world.store.counts

    await world.app.open_chats.create_group(
        caller=UserCaller("ann"), request=CreateGroup(title="Town", user_ids=people)
    )

    spent = world.store.counts - before
    # The service; then profile, record and block, and of strangers a chat and their invitations.
    assert spent.reads == 1 + 3 * len(people) + 2 * 10
    # Chat, message, audit; two for each. The ten strangers are named, and rung.
    assert spent.writes == 3 + 2 * (len(people) + 1) + 2 * 10


async def test_450_join_a_group_of_ten_thousand_at_two_writes_and_four_reads_each(
    world: CountedWorld,
) -> None:
    uids = await seed(world, 10_000)
    new = [f"new{number}" for number in range(limits.MEMBERS_PER_CALL)]
    await world.people(*new)
    await world.write(
        {paths.chat(TOWN): (await get(world.store, paths.chat(TOWN))).fields | {"hasPast": False}}
    )
    before = world.store.counts

    await world.app.change_members.add(
        caller=UserCaller(uids[0]), request=AddMembers(chat_id=TOWN, user_ids=new)
    )

    spent = world.store.counts - before
    assert (spent.writes, spent.deletes) == (3 + 2 * len(new), 0)
    # The chat, as whom one acts (three), the service; a member, profile, record and block each.
    assert spent.reads == 5 + 4 * len(new)
    assert await size_of(world) == 10_000 + len(new)
    assert world.sender.sent == []


async def size_of(world: CountedWorld) -> int | None:
    return Chat.parse((await get(world.store, paths.chat(TOWN))).fields).member_count


@pytest.mark.parametrize("size", [limits.PUSHED_GROUP, 10_000])
async def test_joining_a_large_group_pushes_only_to_the_new_member(
    world: CountedWorld, size: int
) -> None:
    uids = await seed(world, size)
    await world.write({paths.push_tokens("zoe"): devices("zoe")})
    await world.people("zoe")
    joins = AddMembers(chat_id=TOWN, user_ids=["zoe"])
    await world.app.change_members.add(caller=UserCaller(uids[0]), request=joins)
    (queued,) = [
        snapshot
        async for page in world.store.stream(Query(paths.MESSAGE_QUEUE))
        for snapshot in page
    ]

    spent = await world.cost_of_fan_out(TOWN, queued.fields["messageId"])

    assert told(world) == ["zoe"]
    assert (spent.writes, spent.deletes) == (0, 1)
    assert spent.reads <= 3 + 2, "besides, her membership and her devices"


async def test_changes_cost_the_same_in_a_group_of_ten_thousand(world: CountedWorld) -> None:
    uids = await seed(world, 10_000)
    owner = uids[0]
    app = world.app

    async def cost(act: Awaitable[None]) -> tuple[int, int, int]:
        before = world.store.counts
        await act
        spent = world.store.counts - before
        return (spent.reads, spent.writes, spent.deletes)

    promoted = SetRole(chat_id=TOWN, user_id=uids[1], role="admin")
    removed = RemoveMember(chat_id=TOWN, user_id=uids[2])
    renamed = Describe(chat_id=TOWN, title="City")
    left = LeaveChat(chat_id=TOWN)
    leads, leaves = UserCaller(owner), UserCaller(uids[3])
    members = app.change_members
    # The chat, as whom one acts (three documents), and the one who is meant. A departure is noted,
    # so that nobody adds the person again.
    assert await cost(members.set_role(caller=leads, request=promoted)) == (5, 4, 0)
    assert await cost(members.remove(caller=leads, request=removed)) == (5, 4, 2)
    assert await cost(app.update_chats.update_chat(caller=leads, request=renamed)) == (4, 3, 0)
    assert await cost(members.leave(caller=leaves, request=left)) == (2, 4, 2)
    assert await size_of(world) == 9_998


async def test_an_edit_in_a_group_of_ten_thousand_rewrites_only_the_chat(
    world: CountedWorld,
) -> None:
    uids = await seed(world, 10_000)
    await say(world, "m1", uids[1])
    message = await get(world.store, paths.message(TOWN, "m1"))
    await world.write({message.path: message.fields | {"body": "edited"}})

    before = world.store.counts
    await world.app.fan_out_messages.follow_changes(TOWN, ["m1"])
    spent = world.store.counts - before

    assert (spent.reads, spent.writes) == (2, 1)
    chat = await get(world.store, paths.chat(TOWN))
    assert chat.fields["lastMessage"]["preview"] == "edited"


@pytest.mark.parametrize("admins", [0, 1])
async def test_replacing_the_last_owner_of_ten_thousand_has_a_bounded_cost(
    world: CountedWorld, admins: int
) -> None:
    uids = await seed(world, 10_000)
    for uid in uids[7_000 : 7_000 + admins]:
        leads = SetRole(chat_id=TOWN, user_id=uid, role="admin")
        await world.app.change_members.set_role(caller=UserCaller(uids[0]), request=leads)
        await world.write({paths.profile(uid): {"displayName": uid}})

    before = world.store.counts
    left = LeaveChat(chat_id=TOWN)
    await world.app.change_members.leave(caller=UserCaller(uids[0]), request=left)
    spent = world.store.counts - before

    owners = await members_who(world, "owner")
    assert len(owners) == 1
    assert not admins or owners == [uids[7_000]]
    assert spent.reads <= 6 + limits.SMALL_GROUP + 10, "profiles are asked for ten at a time"
    assert (spent.writes, spent.deletes) == (6, 2), (
        "chat, audit, two messages, the new owner, and the record of the old one"
    )


async def members_who(world: CountedWorld, role: str) -> Sequence[str]:
    query = Query(paths.chat_members(TOWN), where=(Where("role", "==", role),), select=())
    return [snapshot.id async for page in world.store.stream(query) for snapshot in page]


async def test_unread_in_a_large_group_is_one_count_up_to_a_hundred(world: CountedWorld) -> None:
    await seed(world, 101)
    for number in range(120):
        await world.post(TOWN, f"m{number:03d}", name(1))
    sent = [
        snapshot
        async for page in world.store.stream(Query(paths.messages(TOWN)))
        for snapshot in page
    ]
    times = sorted(snapshot.fields["createdAt"] for snapshot in sent)

    async def unread(*read: Where) -> tuple[int | float, int]:
        before = world.store.counts
        query = Query(paths.messages(TOWN), where=read, limit=100)
        counted = await world.store.aggregate(query, {"unread": Count()})
        return counted["unread"], (world.store.counts - before).reads

    # The emulator's times are to the millisecond, so two messages may have the same.
    later = sum(time > times[-8] for time in times)
    assert 0 < later < 100
    assert await unread() == (100, 1)
    assert await unread(Where("createdAt", ">", times[-8])) == (later, 1)


async def test_a_group_that_shrinks_stays_large_but_gets_pushes_again(
    world: CountedWorld,
) -> None:
    uids = await seed(world, limits.PUSHED_GROUP + 1)
    await world.write({paths.push_tokens(uids[5]): devices(uids[5])})
    await say(world, "m1", uids[1])
    assert told(world) == []

    gone = RemoveMember(chat_id=TOWN, user_id=uids[9])
    await world.app.change_members.remove(caller=UserCaller(uids[0]), request=gone)
    spent = await say(world, "m2", uids[1])

    assert told(world) == [uids[5]]
    assert spent.writes == 1
