"""Accepting and declining: once, in any order with other acts, and without lifting a silence."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup
from parley.store import SERVER_TIME, Update
from parley.testing.faults import lost_answer
from schema import limits, paths
from schema.memberships import Member
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


@pytest.fixture
async def invited(world: World) -> Group:
    """Ann's group, to which vic is invited; bob is in it."""
    await world.people("bob")
    for uid in ("ann", "vic"):
        await world.person(uid, f"{uid}-phone")
    request = CreateGroup(title="Hikers", user_ids=["bob", "vic"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    return Group(world, opened.chat_id)


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        await call
    return str(refused.value.reason)


async def test_accepting_makes_a_member_in_one_commit_and_once(invited: Group) -> None:
    commits = Commits(invited.world.store)

    await invited.accept("vic")
    await invited.accept("vic")

    assert commits.count == 1
    row = invited.row("vic")
    assert row is not None
    assert (invited.role("vic"), row.invited, row.invited_by) == ("member", None, None)
    assert invited.chat.member_ids == ["ann", "bob", "vic"]
    assert invited.told("joined") == [("vic", "vic", None)]
    assert invited.audit("joined").before == {"inviter": "ann"}
    assert invited.world.at(paths.invitations("vic")) == {"pending": {}, "rang": {}}


async def test_declining_takes_the_row_away_tells_nobody_and_is_remembered(invited: Group) -> None:
    commits = Commits(invited.world.store)
    said = len(invited.messages())

    await invited.decline("vic")
    await invited.decline("vic")

    assert commits.count == 1
    assert (invited.row("vic"), len(invited.messages())) == (None, said)
    assert invited.world.at(paths.past_member(invited.id, "vic"))["by"] == "vic"
    assert await refusal(invited.accept("vic")) == "notAMember"
    joined = await invited.add("ann", "vic")
    assert joined.invited == ["vic"]
    assert invited.told("invited") == 2 * [("ann", "vic", None)], "each opens the group to vic"
    await invited.accept("vic")
    assert invited.role("vic") == "member"


async def test_strangers_members_and_missing_groups_have_nothing_to_answer(invited: Group) -> None:
    assert await refusal(invited.accept("eve")) == "notAMember"
    assert await refusal(Group(invited.world, "nowhere").accept("eve")) == "notAMember"
    commits = Commits(invited.world.store)
    await invited.decline("eve")
    await invited.decline("bob")
    await invited.accept("bob")
    await Group(invited.world, "nowhere").decline("eve")
    assert (commits.count, invited.role("bob")) == (0, "member")


async def test_leaving_declines(invited: Group) -> None:
    await invited.leave("vic")
    await invited.leave("vic")

    assert invited.row("vic") is None
    assert invited.audit("declined").by == "vic"


async def test_whoever_left_is_invited_again_by_anybody_and_put_back_by_nobody(
    invited: Group,
) -> None:
    world = invited.world
    await world.direct_chat("ann", "vic")
    await world.people("vic")
    await world.write(
        {paths.service("default"): {"name": "P", "kind": "default", "addPolicy": "open"}}
    )
    await invited.accept("vic")
    await invited.leave("vic")

    joined = await invited.add("ann", "vic")

    assert (joined.invited, invited.role("vic")) == (["vic"], None)
    assert invited.told("invited") == 2 * [("ann", "vic", None)]
    row = invited.row("vic")
    assert row is not None
    assert row.invited


async def test_a_silence_outlives_leaving_declining_and_coming_back(invited: Group) -> None:
    world = invited.world
    until = world.clock.now() + timedelta(days=1)
    await invited.accept("vic")
    silenced = {"canPost": False, "mutedUntil": until}
    await world.store.commit([Update(paths.chat_member(invited.id, "vic"), silenced)])
    await invited.remove("ann", "vic")
    await invited.add("ann", "vic")
    await invited.decline("vic")
    await invited.add("ann", "vic")
    await invited.remove("ann", "vic")
    await invited.add("ann", "vic")

    await invited.accept("vic")

    member = Member.parse(world.at(paths.chat_member(invited.id, "vic")))
    assert (member.can_post, member.muted_until, member.role) == (False, until, "member")


async def test_only_admins_withdraw_an_invitation(invited: Group) -> None:
    assert await refusal(invited.remove("bob", "vic")) == "notAllowed"
    assert invited.row("vic") is not None

    await invited.remove("ann", "vic")

    assert invited.row("vic") is None
    assert invited.audit("withdrawn").by == "ann"
    assert invited.told("removed") == []


@pytest.mark.parametrize("how", ["demoted", "removed"])
async def test_an_invitation_ends_with_its_inviters_right(invited: Group, how: str) -> None:
    await invited.set_role("ann", "bob", "owner")
    if how == "removed":
        await invited.world.store.commit(
            [Update(paths.chat_member(invited.id, "ann"), {"role": "admin"})]
        )
        await invited.remove("bob", "ann")
    else:
        await invited.set_role("ann", "ann", "member")

    assert await refusal(invited.accept("vic")) == "notAMember"
    assert (invited.row("vic"), invited.role("vic")) == (None, None)
    # It was not their doing, so they are invited as anybody.
    await invited.add("bob", "vic")
    await invited.accept("vic")
    assert invited.role("vic") == "member"


async def test_an_invitation_outlives_an_inviter_who_left(invited: Group) -> None:
    await invited.leave("ann")

    await invited.accept("vic")

    assert (invited.role("vic"), invited.role("bob")) == ("member", "owner")


async def test_nobody_accepts_into_a_group_that_everybody_left(invited: Group) -> None:
    await invited.leave("ann")
    await invited.leave("bob")

    assert await refusal(invited.accept("vic")) == "notAMember"
    assert (invited.row("vic"), invited.chat.member_count) == (None, 0)


async def test_the_member_who_makes_a_group_large_may_have_been_invited(world: World) -> None:
    crowd = [f"u{number:02d}" for number in range(limits.SMALL_GROUP - 1)]
    await world.people(*crowd)
    await world.person("vic")
    await world.person("zoe")
    request = CreateGroup(title="Town", user_ids=[*crowd, "vic", "zoe"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    town = Group(world, opened.chat_id)
    assert (town.chat.large, town.chat.member_count) == (None, limits.SMALL_GROUP)

    await asyncio.gather(town.accept("vic"), town.accept("zoe"))

    assert (town.chat.large, town.chat.member_ids) == (True, None)
    assert town.chat.member_count == limits.SMALL_GROUP + 2
    for uid in ("u00", "vic", "zoe"):
        row = town.row(uid)
        assert row is not None
        assert (row.large, row.invited) == (True, None)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_what_happens_at_once_to_an_invitation_happens_in_some_order(
    invited: Group, order: tuple[int, int]
) -> None:
    acts = [invited.accept("vic"), invited.remove("ann", "vic")]
    await asyncio.gather(*(acts[number] for number in order), return_exceptions=True)

    # Both orders end outside: a removal of a member, or an invitation that was withdrawn.
    assert (invited.role("vic"), invited.row("vic")) == (None, None)
    assert invited.chat.member_count == 2


async def test_a_lost_answer_is_accepted_once(invited: Group) -> None:
    invited.world.store.faults.append(lost_answer())

    await invited.accept("vic")

    assert invited.chat.member_count == 3
    assert len(invited.told("joined")) == 1


async def test_an_heir_has_a_profile_and_came_of_their_own_will(world: World) -> None:
    await world.write(
        {paths.service("default"): {"name": "P", "kind": "default", "addPolicy": "open"}}
    )
    await world.people("bob", "cat", "dan")
    request = CreateGroup(title="Hikers", user_ids=["bob", "cat", "dan"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    group = Group(world, opened.chat_id)
    chat = paths.chat(group.id)
    kept = {uid: at for uid, at in world.at(chat)["unopened"].items() if uid == "bob"}
    ghost = {"role": "member", "joinedAt": world.clock.now() - timedelta(days=9)}
    await world.write(
        {
            chat: world.at(chat) | {"unopened": kept, "memberCount": 5},
            paths.chat_member(group.id, "ghost"): ghost,
            paths.chat_member(group.id, "cat"): {
                "role": "member",
                "joinedAt": SERVER_TIME,
            },
        }
    )

    await group.leave("ann")

    roles = {uid: group.role(uid) for uid in ("bob", "cat", "dan", "ghost")}
    assert roles == {"bob": "member", "cat": "owner", "dan": "member", "ghost": "member"}
