"""Who takes over a group: first those who are there of their own will."""

from __future__ import annotations

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup, UpdateChat
from parley.store import Delete
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


@pytest.fixture
async def trap(world: World) -> Group:
    """Mal has opened direct chats with vic and wes, and put both into a group."""
    await world.people("mal", "vic", "wes", adds="contacts")
    for uid in ("vic", "wes"):
        await world.app.open_chats.open_direct(caller=UserCaller("mal"), other_uid=uid)
    request = CreateGroup(title="An insult", user_ids=["vic", "wes"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("mal"), request=request)
    assert list(opened.joined.added) == ["vic", "wes"]
    return Group(world, opened.chat_id)


async def read(group: Group, uid: str, seconds: float = 0) -> None:
    """Write the receipt of somebody who has seen what was said up to some time from now."""
    now = group.world.clock.now()
    shown = now.fromtimestamp(now.timestamp() + seconds, tz=now.tzinfo)
    await group.world.write({paths.read_receipt(group.id, uid): {"readTo": shown, "readAt": now}})


async def test_where_nobody_ever_looked_the_first_one_inherits(trap: Group) -> None:
    await trap.leave("mal")

    assert (trap.role("vic"), trap.role("wes")) == ("owner", "member")
    assert trap.chat.member_ids == ["vic", "wes"]


async def test_who_has_opened_it_inherits(trap: Group) -> None:
    trap.world.clock.advance(1)
    await read(trap, "wes")

    await trap.leave("mal")

    assert (trap.role("vic"), trap.role("wes")) == ("member", "owner")


async def test_a_receipt_of_an_earlier_membership_is_no_sign(trap: Group) -> None:
    await read(trap, "vic", seconds=-60)
    trap.world.clock.advance(1)
    await read(trap, "wes")

    await trap.leave("mal")

    assert (trap.role("vic"), trap.role("wes")) == ("member", "owner")


async def test_who_said_something_there_inherits(trap: Group) -> None:
    await trap.world.post(trap.id, "m1", "wes")
    await trap.world.post(trap.id, "m2", "mal")
    await trap.world.app.fan_out_messages.fan_out(trap.id, ["m1", "m2"])

    await trap.leave("mal")

    assert (trap.role("vic"), trap.role("wes")) == ("member", "owner")


async def test_an_admin_who_never_acted_is_passed_over_for_one_who_did(trap: Group) -> None:
    await trap.set_role("mal", "vic", "admin")
    trap.world.clock.advance(1)
    await trap.set_role("mal", "wes", "admin")
    request = UpdateChat(chat_id=trap.id, title="A better title")
    await trap.world.app.update_chats.update_chat(caller=UserCaller("wes"), request=request)

    await trap.leave("mal")

    assert (trap.role("vic"), trap.role("wes")) == ("admin", "owner")


async def test_who_accepted_an_invitation_inherits(world: World) -> None:
    await world.people("mal", "vic", adds="contacts")
    request = CreateGroup(title="Hikers", user_ids=["vic"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("mal"), request=request)
    group = Group(world, opened.chat_id)
    await group.accept("vic")

    await group.leave("mal")

    assert group.role("vic") == "owner"


async def test_who_lets_everybody_add_them_inherits(world: World) -> None:
    await world.people("mal", "vic")
    request = CreateGroup(title="Hikers", user_ids=["vic"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("mal"), request=request)
    group = Group(world, opened.chat_id)

    await group.leave("mal")

    assert group.role("vic") == "owner"


async def test_nobody_without_a_profile_inherits(trap: Group) -> None:
    trap.world.clock.advance(1)
    await read(trap, "vic")
    await trap.world.store.commit([Delete(paths.profile("vic"))])

    await trap.leave("mal")

    assert trap.role("vic") == "member"


@pytest.mark.parametrize(("readers", "reads"), [(["vic"], 11), ([], 17)])
async def test_what_looking_for_an_heir_costs(trap: Group, readers: list[str], reads: int) -> None:
    trap.world.clock.advance(1)
    for uid in readers:
        await read(trap, uid)
    before = trap.world.store.counts

    await trap.leave("mal")

    spent = trap.world.store.counts - before
    assert spent.reads == reads, "7 for the chat and its members, two or five for each candidate"
