"""A unique name is its creator's, and is given back with its group."""

from __future__ import annotations

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup
from parley.services.chats.open_chats import OpenedChat
from schema import ids, paths
from schema.memberships import Member
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


async def named_group(world: World, uid: str, *others: str) -> OpenedChat:
    request = CreateGroup(title="Hikers", user_ids=list(others), unique_name="hike")
    return await world.app.open_chats.create_group(caller=UserCaller(uid), request=request)


async def test_the_same_unique_name_of_two_people_makes_two_groups(world: World) -> None:
    await world.people("ann", "bob")
    first = await named_group(world, "mal", "ann", "bob")
    own = await named_group(world, "ann", "bob")
    again = await named_group(world, "ann", "bob")

    assert own.created
    assert own.chat_id != first.chat_id
    assert (again.chat_id, again.created) == (own.chat_id, False)
    assert Member.parse(world.at(paths.chat_member(own.chat_id, "ann"))).role == "owner"


async def test_the_group_of_a_service_is_never_found_by_a_person(world: World) -> None:
    found = await named_group(world, "acme")
    assert found.chat_id != ids.group_chat_id(ids.service_member("acme"), "hike")


async def test_a_group_that_everybody_left_gives_its_name_back(world: World) -> None:
    first = await named_group(world, "ann")
    await Group(world, first.chat_id).leave("ann")

    await world.people("bob")
    second = await named_group(world, "ann", "bob")
    assert second.created
    assert second.chat_id != first.chat_id
    # What was said in the first group is not shown to the people of the second.
    await Group(world, second.chat_id).leave("ann")
    with pytest.raises(Refused) as refused:
        await named_group(world, "ann")
    assert refused.value.reason == "uniqueNameTaken"
    await Group(world, second.chat_id).leave("bob")
    assert (await named_group(world, "ann")).created


async def test_people_are_looked_up_twice_at_most_however_often_a_name_was_used(
    world: World,
) -> None:
    others = [f"u{n}" for n in range(50)]
    await world.people("ann", *others)
    for _ in range(30):
        await Group(world, (await named_group(world, "ann")).chat_id).leave("ann")
    before = world.store.counts

    created = await named_group(world, "ann", *others)

    assert created.created
    once = 1 + 5 * len(others)
    """The service; for each: profile, record, block, direct chat and invitations."""
    assert (world.store.counts - before).reads <= 2 * once + 2 + 30
