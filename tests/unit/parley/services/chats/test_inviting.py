"""Strangers are invited, contacts are added, and nobody learns by whom they are blocked."""

from __future__ import annotations

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup
from parley.services.chats.open_chats import CreatedGroup
from parley.store import Update
from schema import paths
from schema.invitations import Invitations
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group
from tests.unit.parley.services.strangers import mals_group, push_all, pushes


async def test_a_stranger_gets_a_row_and_one_push_and_is_no_member(strangers: World) -> None:
    group = await mals_group(strangers)

    joined = await group.add("mal", "vic")

    assert (joined.added, joined.invited) == ([], ["vic"])
    assert (group.role("vic"), group.chat.member_ids, group.chat.member_count) == (None, ["mal"], 1)
    row = group.row("vic")
    assert row is not None
    assert (row.invited, row.invited_by, row.title) == (True, "mal", "Prize draw")
    assert (row.message_count, row.read_count) == (0, 0)
    assert group.told("invited") == [("mal", "vic", None)]
    await push_all(strangers)
    assert pushes(strangers, "vic") == [("Mal", "invites you to “Prize draw”")]


async def test_what_is_said_changes_no_invitation_and_rings_nobody_invited(
    strangers: World,
) -> None:
    group = await mals_group(strangers, "vic")
    await push_all(strangers)
    before = strangers.at(paths.user_chat("vic", group.id))
    strangers.clock.advance(60)

    await strangers.post(group.id, "m1", "mal", "I know where you live")
    await push_all(strangers)

    assert strangers.at(paths.user_chat("vic", group.id)) == before
    assert len(pushes(strangers, "vic")) == 1


async def test_whoever_blocked_the_adder_is_told_nothing_and_looks_invited(
    strangers: World,
) -> None:
    request = CreateGroup(title="Prize draw", user_ids=["blake", "vic"])
    created = await strangers.app.open_chats.create_group(caller=UserCaller("mal"), request=request)
    group = Group(strangers, created.chat_id)
    again = await group.add("mal", "blake")
    await strangers.post(group.id, "m1", "mal")
    await push_all(strangers)

    assert (created.joined.invited, again.invited) == (["blake", "vic"], ["blake"])
    assert (group.role("blake"), group.row("blake"), pushes(strangers, "blake")) == (None, None, [])
    assert group.told("invited") == [("mal", "blake", None), ("mal", "vic", None)]
    with pytest.raises(Refused, match="you are in no chat"):
        await group.accept("blake")


async def test_another_may_invite_whoever_blocked_the_first(strangers: World) -> None:
    group = await mals_group(strangers, "blake")
    await strangers.people("ann")
    await group.add("mal", "ann")
    await group.set_role("mal", "ann", "admin")

    await group.add("ann", "blake")
    await push_all(strangers)

    row = group.row("blake")
    assert row is not None
    assert row.invited_by == "ann"
    assert pushes(strangers, "blake") == [("Ann", "invites you to “Prize draw”")]
    await group.accept("blake")
    assert group.role("blake") == "member"


async def test_people_without_a_profile_are_refused_by_name_and_nobody_is_added(
    strangers: World,
) -> None:
    with pytest.raises(Refused) as refused:
        await mals_group(strangers, "vic", "invented", "ghost")
    assert refused.value.reason == "unknownUser"
    assert "'invented', 'ghost' of 3" in refused.value.message
    assert not [path for path in strangers.store.paths() if path.startswith("chats/")]
    group = await mals_group(strangers)
    with pytest.raises(Refused, match="'invented'"):
        await group.add("mal", "vic", "invented")
    assert group.row("vic") is None


async def test_contacts_are_added_at_once(strangers: World) -> None:
    await strangers.direct_chat("mal", "flo")
    await strangers.direct_chat("mal", "ned")
    await strangers.direct_chat("mal", "blake")

    group = await mals_group(strangers)
    joined = await group.add("mal", "flo", "ned", "blake")

    assert (joined.added, joined.invited) == (["flo"], ["ned", "blake"])
    assert group.role("flo") == "member"
    await push_all(strangers)
    assert pushes(strangers, "flo") == [("Prize draw", "Mal added you")]


async def test_whoever_says_nobody_finds_an_invitation_that_did_not_ring(strangers: World) -> None:
    group = await mals_group(strangers, "ned")
    await push_all(strangers)

    row = group.row("ned")
    assert row is not None
    assert (row.invited, group.role("ned"), pushes(strangers, "ned")) == (True, None, [])
    await group.accept("ned")
    assert group.role("ned") == "member"


async def named(world: World, *uids: str) -> CreatedGroup:
    request = CreateGroup(title="Hikers", user_ids=list(uids), unique_name="hike")
    return await world.app.open_chats.create_group(caller=UserCaller("mal"), request=request)


@pytest.mark.parametrize("many", [0, 120])
async def test_a_repeated_creation_answers_who_is_in_and_who_is_invited(
    strangers: World, many: int
) -> None:
    crowd = [f"u{number}" for number in range(many)]
    await strangers.people("flo", *crowd)
    first = await named(strangers, "vic", "flo", *crowd)
    await push_all(strangers)
    again = await named(strangers, "vic", "flo", *crowd)

    assert (first.created, again.created) == (True, False)
    assert first.joined == again.joined
    assert first.joined.invited == ["vic"]
    await push_all(strangers)
    assert len(pushes(strangers, "vic")) == 1


async def test_a_contact_of_another_admin_joins_despite_a_waiting_invitation(
    strangers: World,
) -> None:
    await strangers.people("ann")
    group = await mals_group(strangers, "vic", "ann")
    await group.set_role("mal", "ann", "admin")
    await strangers.direct_chat("ann", "vic")

    joined = await group.add("ann", "vic")

    row = group.row("vic")
    assert row is not None
    assert (joined.added, group.role("vic"), row.invited) == (["vic"], "member", None)
    assert Invitations.parse(strangers.at(paths.invitations("vic"))).pending == {}


async def test_a_lost_inviter_is_replaced_without_a_second_push(strangers: World) -> None:
    await strangers.people("ann")
    group = await mals_group(strangers, "vic", "ann")
    await group.set_role("mal", "ann", "owner")
    await strangers.store.commit([Update(paths.chat_member(group.id, "mal"), {"role": "member"})])
    await push_all(strangers)

    await group.add("ann", "vic")
    await push_all(strangers)

    row = group.row("vic")
    assert row is not None
    assert (row.invited_by, len(pushes(strangers, "vic"))) == ("ann", 1)
    await group.accept("vic")
    assert group.role("vic") == "member"
