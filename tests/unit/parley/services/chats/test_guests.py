"""Who reads a group as an invited person: seen by all, and no longer than their inviter may invite.

Mal is an admin of Ann's group, and "sid" is a second account of his.
"""

from __future__ import annotations

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.reading import ListMessages
from parley.domain.requests import ReportMessage
from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group
from tests.unit.parley.services.strangers import group_of


@pytest.fixture
async def group(world: World) -> Group:
    await world.people("bob", "mal")
    await world.people("sid", adds="nobody")
    group = await group_of(world, "ann", "bob", "mal")
    for admin in ("bob", "mal"):
        await group.set_role("ann", admin, "admin")
    world.clock.advance(60)
    return group


async def reads(group: Group, uid: str) -> bool:
    request = ListMessages(chat_id=group.id)
    try:
        await group.world.app.read_chats.messages(caller=UserCaller(uid), request=request)
    except Refused:
        return False
    return True


async def leave_and_come_back(group: Group) -> None:
    await group.leave("mal")
    await group.add("ann", "mal")
    await group.accept("mal")
    await group.set_role("ann", "mal", "admin")


@pytest.mark.parametrize("before", ["says nobody", "was removed", "declined", "has blocked"])
async def test_the_group_is_told_of_everybody_alike_whom_it_is_opened_to(
    group: Group, before: str
) -> None:
    world = group.world
    if before == "was removed":
        await world.people("sid")
        await group.add("ann", "sid")
        await group.remove("ann", "sid")
    elif before == "declined":
        await group.add("ann", "sid")
        await group.decline("sid")
    elif before == "has blocked":
        await world.write({paths.user_block("sid", "mal"): {"createdAt": world.clock.now()}})

    for _ in range(3):
        await group.add("mal", "sid")

    told = [line for line in group.told("invited") if line[0] == "mal"]
    assert told == [("mal", "sid", None)], "once, whatever the reason"
    assert await reads(group, "sid") == (before != "has blocked")


async def test_a_second_admin_who_invites_is_named_too(group: Group) -> None:
    await group.add("mal", "sid")
    await group.add("bob", "sid")
    await group.add("bob", "sid")

    assert group.told("invited") == [("mal", "sid", None), ("bob", "sid", None)]
    await group.remove("ann", "mal")
    assert await reads(group, "sid"), "by Bob's invitation"
    await group.remove("ann", "bob")
    assert not await reads(group, "sid")


@pytest.mark.parametrize("of", ["visible", "hidden"])
async def test_two_blocked_admins_are_told_as_two_who_are_not(group: Group, of: str) -> None:
    world = group.world
    if of == "hidden":
        for blocked in ("mal", "bob"):
            block = {"createdAt": world.clock.now()}
            await world.write({paths.user_block("sid", blocked): block})

    for adder in ("mal", "bob", "bob", "mal", "mal"):
        world.clock.advance(1)
        await group.add(adder, "sid")

    assert [by for by, _, _ in group.told("invited")] == ["mal", "bob", "mal"]
    assert (group.row("sid") is None) == (of == "hidden")


@pytest.mark.parametrize("how", ["removed", "demoted", "left and came back"])
async def test_the_guest_of_an_inviter_who_lost_the_right_reads_nothing_from_then_on(
    group: Group, how: str
) -> None:
    await group.add("mal", "sid")
    await group.world.post(group.id, "m1", "ann")
    assert await reads(group, "sid")
    group.world.clock.advance(60)

    if how == "removed":
        await group.remove("ann", "mal")
    elif how == "demoted":
        await group.set_role("ann", "mal", "member")
    else:
        await leave_and_come_back(group)

    assert not await reads(group, "sid")
    fields = {"chatId": group.id, "messageId": "m1", "reason": "spam"}
    asked = ReportMessage.model_validate(fields)
    with pytest.raises(Refused):
        await group.world.app.reports.report(caller=UserCaller("sid"), request=asked)
    with pytest.raises(Refused):
        await group.accept("sid")


async def test_the_guest_of_one_who_left_reads_on_and_is_put_out_by_any_admin(
    group: Group,
) -> None:
    await group.add("mal", "sid")
    await group.leave("mal")
    assert await reads(group, "sid")

    await group.remove("bob", "sid")

    assert not await reads(group, "sid")


async def test_nobody_reads_as_a_guest_of_a_group_that_everybody_left(group: Group) -> None:
    await group.add("mal", "sid")
    for uid in ("mal", "bob", "ann"):
        await group.leave(uid)

    assert not await reads(group, "sid")


async def test_a_guest_among_many_is_named_in_their_one_line(group: Group) -> None:
    crowd = [f"u{number}" for number in range(limits.JOINED_NAMED)]
    await group.world.people(*crowd, adds="nobody")

    await group.add("mal", *crowd, "sid")

    (line,) = [message for message in group.messages() if message.event == "invited"]
    assert line.targets == [*crowd, "sid"]
