from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parley.domain.access import Refused
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import SERVER_TIME, Update
from parley.testing.faults import failing, lost_answer
from schema import paths
from schema.memberships import PastMember
from schema.messages import MessageQueueEntry
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        await call
    return str(refused.value.reason)


async def test_joining_writes_member_row_and_message_in_one_commit_and_pushes(group: Group) -> None:
    await group.world.person("ann")
    await group.world.person("dan", "dan-1")
    commits = Commits(group.world.store)

    await group.add("ann", "dan", "bob")

    assert commits.count == 1
    assert group.chat.member_ids == ["ann", "bob", "cat", "dan"]
    assert (group.chat.member_count, group.chat.message_count) == (4, 2)
    assert (group.role("dan"), group.role("bob")) == ("member", "member")
    row = group.row("dan")
    assert row is not None
    assert (row.title, row.message_count, row.last_message) == (
        "Hikers",
        0,
        group.chat.last_message,
    )
    assert group.row("bob") is not None
    assert group.told("joined") == [("ann", "dan", None)]
    assert group.audit("joined").after == {"members": ["dan"]}
    (queued,) = [path for path in group.world.store.paths() if path.startswith("messageQueue/")]
    entry = MessageQueueEntry.parse(group.world.at(queued))
    await group.world.app.fan_out_messages.fan_out(entry.chat_id, [entry.message_id])
    (push,) = group.world.sender.sent
    assert (push.device.token, push.title, push.body) == ("dan-1", "Hikers", "Ann added you")
    assert group.chat.message_count == 2, "it was counted when it was written"
    assert group.world.store.document(queued) is None


@pytest.mark.parametrize("act", ["add", "remove", "role", "leave"])
async def test_a_repeat_commits_nothing(group: Group, act: str) -> None:
    async def once() -> None:
        match act:
            case "add":
                await group.add("ann", "dan")
            case "remove":
                await group.remove("ann", "bob")
            case "role":
                await group.set_role("ann", "bob", "admin")
            case _:
                await group.leave("bob")

    await once()
    commits = Commits(group.world.store)
    await once()

    assert commits.count == 0


async def test_members_and_strangers_cannot_add_people(group: Group) -> None:
    assert await refusal(group.add("bob", "dan")) == "notAllowed"
    assert await refusal(group.add("eve", "dan")) == "notAMember"
    assert await refusal(Group(group.world, "nowhere").add("ann", "dan")) == "notAMember"
    assert group.role("dan") is None


async def test_a_direct_chat_takes_no_members(world: World) -> None:
    chat_id = await world.direct_chat()

    assert await refusal(Group(world, chat_id).add("ann", "dan")) == "wrongKind"
    assert await refusal(Group(world, chat_id).leave("ann")) == "wrongKind"


async def test_a_group_that_exceeds_a_hundred_stays_large(group: Group) -> None:
    many = [f"u{n:03d}" for n in range(98)]
    await group.world.people(*many)
    await group.add("ann", *many)

    assert (group.chat.large, group.chat.member_ids, group.chat.member_count) == (True, None, 101)
    for uid in ("ann", "bob", "u097"):
        row = group.row(uid)
        assert row is not None
        assert row.large is True
    assert group.told("joined") == [("ann", None, "98")]
    await group.remove("ann", "bob")
    assert (group.chat.large, group.chat.member_ids, group.chat.member_count) == (True, None, 100)
    assert group.row("bob") is None


async def test_changes_of_a_large_group_cost_no_write_for_each_member(group: Group) -> None:
    many = [f"u{n:03d}" for n in range(200)]
    await group.world.people(*many)
    await group.add("ann", *many)
    before = group.world.store.counts

    await group.add("ann", "zoe")

    # Chat, message and its outbox entry, audit, member, row, and that a stranger rang.
    assert (group.world.store.counts - before).writes <= 7
    assert group.chat.member_count == 204


async def test_a_removed_member_loses_membership_and_row_at_once(group: Group) -> None:
    commits = Commits(group.world.store)

    await group.remove("ann", "bob")

    assert commits.count == 1
    assert (group.role("bob"), group.row("bob")) == (None, None)
    assert (group.chat.member_ids, group.chat.member_count) == (["ann", "cat"], 2)
    assert group.told("removed") == [("ann", "bob", None)]


async def test_owners_and_admins_act_on_roles_below_their_own(group: Group) -> None:
    await group.add("ann", "dan")
    await group.set_role("ann", "bob", "admin")
    await group.set_role("ann", "cat", "admin")

    assert await refusal(group.remove("bob", "cat")) == "notAllowed"
    assert await refusal(group.remove("bob", "ann")) == "notAllowed"
    assert await refusal(group.remove("dan", "bob")) == "notAllowed"
    assert await refusal(group.remove("ann", "ann")) == "notAllowed"
    assert await refusal(group.set_role("bob", "dan", "admin")) == "notAllowed"
    assert await refusal(group.set_role("bob", "bob", "owner")) == "notAllowed"
    assert await refusal(group.set_role("ann", "eve", "admin")) == "notAMember"
    await group.remove("bob", "dan")
    await group.set_role("bob", "bob", "member")
    assert (group.role("dan"), group.role("bob")) == (None, "member")


async def test_a_role_change_is_announced_and_a_second_owner_frees_the_first(group: Group) -> None:
    assert await refusal(group.set_role("ann", "ann", "member")) == "lastOwner"

    await group.set_role("ann", "bob", "owner")
    await group.set_role("ann", "ann", "member")

    assert (group.role("ann"), group.role("bob")) == ("member", "owner")
    assert sorted(group.told("role")) == [("ann", "ann", "member"), ("ann", "bob", "owner")]


async def test_the_last_owner_passes_ownership_to_the_oldest_admin(group: Group) -> None:
    await group.set_role("ann", "cat", "admin")
    commits = Commits(group.world.store)

    await group.leave("ann")

    assert commits.count == 1
    assert (group.role("ann"), group.role("cat"), group.role("bob")) == (None, "owner", "member")
    assert group.told("left") == [("ann", "ann", None)]
    assert ("ann", "cat", "owner") in group.told("role")
    await group.leave("cat")
    assert group.role("bob") == "owner", "with no admin, the member who has been there longest"
    await group.leave("bob")
    assert (group.chat.member_ids, group.chat.member_count) == ([], 0)


async def test_an_owner_leaves_without_an_heir_if_another_remains(group: Group) -> None:
    await group.set_role("ann", "bob", "owner")

    await group.leave("ann")

    assert (group.role("bob"), group.role("cat")) == ("owner", "member")


async def test_staff_act_in_a_group_as_its_dashboard(group: Group) -> None:
    world = group.world
    await world.service(people=1)
    chat = world.at(paths.chat(group.id))
    members = [*chat["memberIds"], "service:acme"]
    chat |= {"serviceId": "acme", "memberIds": members}
    await world.write(
        {
            paths.chat(group.id): chat,
            paths.chat_member(group.id, "service:acme"): {
                "role": "owner",
                "joinedAt": SERVER_TIME,
            },
            paths.staff("acme", "agent1"): {"role": "agent", "displayName": "A"},
            paths.staff("acme", "viewer1"): {"role": "viewer", "displayName": "V"},
        }
    )

    await group.add("agent1", "p0000")
    assert group.told("joined") == [("service:acme", "p0000", None)]
    assert group.audit("joined").by == "agent1"
    assert await refusal(group.add("viewer1", "dan")) == "notAMember"
    assert await refusal(group.add("agent1", "outsider")) == "unknownUser"
    await group.leave("agent1", **{"as": "service"})
    assert group.role("service:acme") is None
    assert world.store.document(paths.past_member(group.id, "service:acme")) is None


async def test_a_concurrent_change_and_message_are_both_kept(group: Group) -> None:
    for number in range(5):
        await group.world.post(group.id, f"m{number}", "bob")
    fan_out = group.world.app.fan_out_messages.fan_out

    await asyncio.gather(
        fan_out(group.id, ["m0", "m1", "m2"]),
        group.add("ann", "dan"),
        fan_out(group.id, ["m3", "m4"]),
        group.remove("ann", "cat"),
        group.set_role("ann", "bob", "admin"),
    )

    assert group.chat.message_count == 1 + 5 + 3
    assert group.chat.member_ids == ["ann", "bob", "dan"]
    row = group.row("ann")
    assert row is not None
    assert row.message_count == 5
    assert group.row("cat") is None, "a fan-out recreates no row of somebody who is gone"


async def test_many_concurrent_changes_are_all_applied(group: Group) -> None:
    many = [f"u{number:02d}" for number in range(30)]
    await group.world.people(*many)
    await asyncio.gather(*(group.add("ann", uid) for uid in many))

    assert group.chat.member_count == 33
    assert len(group.told("joined")) == 30


async def test_a_change_with_a_lost_answer_is_applied_once(group: Group) -> None:
    group.world.store.faults.append(lost_answer())
    await group.add("ann", "dan")

    group.world.store.faults.append(failing(CommitOutcomeUnknown("lost on the way")))
    await group.add("ann", "eve")

    assert [target for _, target, _ in group.told("joined")] == ["dan", "eve"]


async def test_a_change_that_always_loses_raises_a_conflict(group: Group) -> None:
    group.world.store.faults.append(failing(Conflict("always first"), times=100))

    with pytest.raises(Conflict, match=f"chat {group.id} is being changed by others"):
        await group.add("ann", "dan")


async def test_who_leaves_or_is_removed_is_recorded_with_what_they_could_do(group: Group) -> None:
    muted = {"canPost": False, "mutedUntil": group.world.clock.now()}
    await group.world.store.commit([Update(paths.chat_member(group.id, "bob"), muted)])

    await group.remove("ann", "bob")
    await group.leave("cat")

    now = group.world.clock.now()
    bob = group.world.at(paths.past_member(group.id, "bob"))
    assert bob == {"leftAt": now, "by": "ann"} | muted
    cat = group.world.at(paths.past_member(group.id, "cat"))
    assert cat == {"leftAt": now, "by": "cat"}
    assert PastMember.parse(bob).can_post is False
