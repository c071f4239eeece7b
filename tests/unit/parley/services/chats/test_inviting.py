"""Strangers are invited, contacts are added, and nobody learns by whom they are blocked."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup
from parley.services.chats.open_chats import CreatedGroup
from parley.store import SERVER_TIME, Update
from schema import limits, paths
from schema.invitations import Invitations
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


async def mals_group(world: World, *uids: str, title: str = "Prize draw") -> Group:
    request = CreateGroup(title=title, user_ids=list(uids))
    opened = await world.app.open_chats.create_group(caller=UserCaller("mal"), request=request)
    return Group(world, opened.chat_id)


async def push_all(world: World) -> None:
    """Fan out everything that waits in the outbox."""
    for path in [one for one in world.store.paths() if one.startswith("messageQueue/")]:
        entry = world.at(path)
        await world.app.fan_out_messages.fan_out(entry["chatId"], [entry["messageId"]])


def pushes(world: World, uid: str) -> list[tuple[str, str]]:
    return [(one.title, one.body) for one in world.sender.sent_to(f"{uid}-phone")]


@pytest.fixture
async def strangers(world: World) -> World:
    """Mal, and people who do not know him and have a phone."""
    for uid in ("mal", "vic", "blake", "ned", "flo"):
        await world.person(uid, f"{uid}-phone")
    await world.write({paths.user_block("blake", "mal"): {"createdAt": SERVER_TIME}})
    await world.people("ned", adds="nobody")
    return world


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


@pytest.mark.parametrize("many", [1, 440])
async def test_the_open_policy_adds_everybody_but_rings_nobody(strangers: World, many: int) -> None:
    await strangers.write(
        {paths.service("default"): {"name": "P", "kind": "default", "addPolicy": "open"}}
    )
    crowd = [f"u{number}" for number in range(many - 1)]
    await strangers.people(*crowd)
    group = await mals_group(strangers, "vic")
    joined = await group.add("mal", "flo", "ned", "blake", *crowd)
    await strangers.post(group.id, "m1", "mal")
    await push_all(strangers)

    assert (joined.added, joined.invited) == (["flo", *crowd], ["ned", "blake"])
    assert (group.role("vic"), pushes(strangers, "vic"), pushes(strangers, "flo")) == (
        "member",
        [],
        [],
    )
    # One who opens the group hears what is said from then on.
    seen = {"readTo": strangers.clock.now(), "readAt": strangers.clock.now()}
    opened = {paths.read_receipt(group.id, uid): seen for uid in ("vic", "flo")}
    await strangers.write(opened)
    strangers.clock.advance(5)
    await strangers.post(group.id, "m2", "mal", "hello")
    await push_all(strangers)
    assert pushes(strangers, "flo") == [("Prize draw", "Mal: hello")]
    assert pushes(strangers, "vic") == pushes(strangers, "flo")
    before = strangers.store.counts
    await strangers.post(group.id, "m3", "mal")
    await push_all(strangers)
    assert (strangers.store.counts - before).of("reads", "chatReadReceipts/members") == many - 1


async def test_eleven_times_added_and_removed_rings_once(strangers: World) -> None:
    group = await mals_group(strangers)
    for _ in range(10):
        await group.add("mal", "vic")
        await group.remove("mal", "vic")
        assert group.row("vic") is None
    joined = await group.add("mal", "vic")
    await push_all(strangers)

    assert (joined.invited, len(pushes(strangers, "vic"))) == (["vic"], 1)
    assert strangers.at(paths.past_member(group.id, "vic"))["by"] == "mal"
    row = group.row("vic")
    assert row is not None
    assert row.invited


async def test_one_stranger_rings_a_person_once_however_many_groups_they_make(
    strangers: World,
) -> None:
    groups = [await mals_group(strangers, "vic", title=f"Draw {n}") for n in range(15)]
    await push_all(strangers)

    assert len(pushes(strangers, "vic")) == 1
    rows = [group for group in groups if group.row("vic") is not None]
    assert len(rows) == limits.PENDING_FROM_ONE
    # An answer that is yes gives the inviter a voice again; time does, too.
    await rows[0].accept("vic")
    assert len(Invitations.parse(strangers.at(paths.invitations("vic"))).pending) == 9
    await mals_group(strangers, "vic")
    await push_all(strangers)
    assert len(pushes(strangers, "vic")) == 2


async def test_strangers_together_ring_a_person_ten_times_a_week(strangers: World) -> None:
    for number in range(20):
        request = CreateGroup(title="Draw", user_ids=["vic"])
        await strangers.app.open_chats.create_group(
            caller=UserCaller(f"mal{number}"), request=request
        )
    await push_all(strangers)

    assert len(pushes(strangers, "vic")) == limits.RINGING_INVITERS
    strangers.clock.advance(86_400 * limits.INVITER_DAYS + 1)
    await mals_group(strangers, "vic")
    await push_all(strangers)
    assert len(pushes(strangers, "vic")) == limits.RINGING_INVITERS + 1
    rang = Invitations.parse(strangers.at(paths.invitations("vic"))).rang
    assert list(rang) == ["mal"], "those of long ago are forgotten"


async def test_pending_invitations_of_a_person_are_bounded(strangers: World) -> None:
    request = CreateGroup(title="Draw", user_ids=["vic"])
    for number in range(limits.PENDING_INVITATIONS + 5):
        created = await strangers.app.open_chats.create_group(
            caller=UserCaller(f"mal{number}"), request=request
        )
        assert created.joined.invited == ["vic"], "nobody learns how many others invite them"

    rows = [path for path in strangers.store.paths() if path.startswith("userChats/vic/")]
    assert len(rows) == limits.PENDING_INVITATIONS


async def test_many_invited_at_once_are_told_as_a_number_and_not_rung(strangers: World) -> None:
    crowd = [f"u{number}" for number in range(limits.JOINED_NAMED + 1)]
    for uid in crowd:
        await strangers.person(uid, f"{uid}-phone")

    group = await mals_group(strangers, *crowd)
    await push_all(strangers)

    assert group.told("invited") == [("mal", None, "21")]
    assert strangers.sender.sent == []
    assert all(group.row(uid) for uid in crowd)


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


@pytest.fixture
async def staffed(strangers: World) -> Group:
    """A group of the service ``acme`` with its dashboard; flo and ned are its people."""
    world = strangers
    await world.service()
    group = await mals_group(world)
    person: dict[str, Any] = {"displayName": "x", "createdAt": SERVER_TIME}
    await world.write(
        {
            paths.chat(group.id): world.at(paths.chat(group.id))
            | {"serviceId": "acme", "memberIds": ["mal", "service:acme"], "memberCount": 2},
            paths.chat_member(group.id, "service:acme"): {
                "role": "owner",
                "joinedAt": SERVER_TIME,
            },
            **{paths.service_user("acme", uid): {"uid": uid, **person} for uid in ("flo", "ned")},
        }
    )
    return group


async def test_staff_add_people_of_their_service_unless_they_say_nobody(staffed: Group) -> None:
    joined = await staffed.add("staff1", "flo", "ned")

    assert (joined.added, joined.invited) == (["flo"], ["ned"])
    await push_all(staffed.world)
    assert pushes(staffed.world, "flo") == [("Prize draw", "Acme added you")]
    assert pushes(staffed.world, "ned") == []
    with pytest.raises(Refused) as refused:
        await staffed.add("staff1", "vic")
    assert refused.value.reason == "unknownUser"


async def test_staff_invite_a_past_member_too(staffed: Group) -> None:
    await staffed.add("staff1", "flo")
    await staffed.leave("flo")
    await push_all(staffed.world)
    before = len(pushes(staffed.world, "flo"))

    joined = await staffed.add("staff1", "flo")
    await push_all(staffed.world)

    assert (joined.invited, staffed.role("flo")) == (["flo"], None)
    assert len(pushes(staffed.world, "flo")) == before
    await staffed.accept("flo")
    assert staffed.role("flo") == "member"


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
