"""However often somebody is invited, the phone rings once; and who may add people at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup
from parley.store import SERVER_TIME
from schema import limits, paths
from schema.invitations import Invitations
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group
from tests.unit.parley.services.strangers import (
    group_of,
    mals_group,
    push_all,
    pushes,
    talk,
)


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


@pytest.mark.parametrize("processes", [1, 4])
async def test_groups_made_at_one_moment_ring_a_person_once(
    strangers: World, processes: int
) -> None:
    """Each call reads what other invitations wait before any of them is written."""
    apps = [strangers.app, *(strangers.new_process() for _ in range(processes - 1))]
    requests = [CreateGroup(title="D", user_ids=["vic"], unique_name=f"d{n}") for n in range(6)]
    made = await asyncio.gather(
        *(
            apps[number % processes].open_chats.create_group(
                caller=UserCaller("mal"), request=request
            )
            for number, request in enumerate(requests)
        )
    )
    await push_all(strangers)

    groups = {one.chat_id for one in made if one.created}
    assert (len(groups), len(pushes(strangers, "vic"))) == (6, 1)
    assert all(strangers.at(paths.user_chat("vic", group)) for group in groups)


async def test_nameless_groups_made_at_one_moment_all_stand(strangers: World) -> None:
    groups = await asyncio.gather(*(mals_group(strangers, "vic") for _ in range(6)))
    await push_all(strangers)

    assert [group.role("mal") for group in groups] == ["owner"] * 6
    assert len(pushes(strangers, "vic")) == 1


async def test_people_added_at_one_moment_are_invited_within_the_bounds(strangers: World) -> None:
    groups = [await mals_group(strangers) for _ in range(limits.PENDING_FROM_ONE + 2)]
    for first in range(0, len(groups), 4):
        await asyncio.gather(*(group.add("mal", "vic") for group in groups[first : first + 4]))
    await push_all(strangers)

    assert len(pushes(strangers, "vic")) == 1
    rows = [group for group in groups if group.row("vic") is not None]
    assert len(rows) == limits.PENDING_FROM_ONE


async def test_one_who_posts_to_many_groups_rings_a_contact_in_few(strangers: World) -> None:
    """A direct chat makes contacts, who are added at once; anybody may open one."""
    await strangers.direct_chat("mal", "vic")
    groups = [await mals_group(strangers, "vic", title=f"Draw {n}") for n in range(15)]
    await push_all(strangers)
    strangers.clock.advance(61)

    async def ring(group: Group) -> None:
        await strangers.post(group.id, f"m{strangers.clock.now().timestamp():.0f}", "mal")
        await push_all(strangers)

    for group in groups:
        await ring(group)

    assert [group.role("vic") for group in groups] == ["member"] * 15
    most = limits.GROUPS_RUNG + limits.SCATTERED_GROUPS
    assert len(pushes(strangers, "vic")) == most
    strangers.clock.advance(limits.GROUPS_RUNG_SECONDS + 1)
    await ring(groups[-1])
    assert len(pushes(strangers, "vic")) == most + 1


async def test_others_ring_beside_one_who_rang_too_often(strangers: World) -> None:
    await strangers.people("ann")
    for adder in ("mal", "ann"):
        await talk(strangers, adder, "vic")
    talked = len(pushes(strangers, "vic"))
    for number in range(5):
        group = await mals_group(strangers, title=f"Draw {number}")
        await group.add("mal", "vic")
    await push_all(strangers)
    assert len(pushes(strangers, "vic")) == talked + limits.GROUPS_RUNG
    group = await group_of(strangers, "ann")
    await group.add("ann", "vic")
    await push_all(strangers)

    assert len(pushes(strangers, "vic")) == talked + limits.GROUPS_RUNG + 1


async def test_many_invited_at_once_are_told_as_a_number_and_not_rung(strangers: World) -> None:
    crowd = [f"u{number}" for number in range(limits.JOINED_NAMED + 1)]
    for uid in crowd:
        await strangers.person(uid, f"{uid}-phone")

    group = await mals_group(strangers, *crowd)
    await push_all(strangers)

    assert group.told("invited") == [("mal", None, "21")]
    (line,) = [message for message in group.messages() if message.event == "invited"]
    assert line.targets == crowd, "nobody reads the group unseen"
    assert strangers.sender.sent == []
    assert all(group.row(uid) for uid in crowd)
    # Who did not ring has not had their turn, nor taken that of others.
    assert all("rang" not in strangers.at(paths.invitations(uid)) for uid in crowd)


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
