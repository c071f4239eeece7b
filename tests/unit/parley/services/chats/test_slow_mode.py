from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import UpdateChat
from schema import paths
from schema.memberships import Member
from schema.reasons import CallableReason
from tests.unit.parley.services.chats.floods_seen import muted_until, posts
from tests.unit.parley.services.group import Group


async def choose(group: Group, by: str, seconds: int) -> None:
    request = UpdateChat.model_validate({"chatId": group.id, "slowModeSeconds": seconds})
    await group.world.app.update_chats.update_chat(caller=UserCaller(by), request=request)


async def post(group: Group, who: str, name: str) -> None:
    await group.world.post(group.id, name, who)
    await group.world.app.fan_out_messages.fan_out(group.id, [name])


async def test_a_member_waits_after_each_post_and_owners_and_admins_do_not(group: Group) -> None:
    await choose(group, "ann", 30)
    await group.set_role("ann", "cat", "admin")
    world = group.world

    for who in ("ann", "bob", "cat"):
        await post(group, who, f"by-{who}")

    assert muted_until(world, group.id, "bob") == world.clock.now() + timedelta(seconds=30)
    assert muted_until(world, group.id, "ann") is None
    assert muted_until(world, group.id, "cat") is None
    assert group.told("muted") == [], "who waits for a turn is not told of it in the chat"
    assert group.chat.slow_mode_seconds == 30
    assert group.audit("described").after == {"slowModeSeconds": 30}


async def test_slow_mode_costs_a_read_and_a_write_a_post_in_such_groups_alone(
    group: Group,
) -> None:
    world = group.world
    spent = []
    for seconds in (0, 30):
        await choose(group, "ann", seconds)
        world.clock.advance(60)
        before = world.store.counts
        await post(group, "bob", f"m{seconds}")
        spent.append(world.store.counts - before)
    assert spent[1].writes - spent[0].writes == 1
    members = [one.by_collection[("reads", "chats/members")] for one in spent]
    assert members[1] - members[0] == 1


async def test_many_posts_at_once_wait_as_long_as_they_would_have_one_by_one(
    group: Group,
) -> None:
    world = group.world
    await choose(group, "ann", 20)
    names = await posts(world, group.id, "bob", 5)
    posted = world.clock.now()

    await world.app.fan_out_messages.fan_out(group.id, names[:2])
    world.clock.advance(1)
    await world.new_process().fan_out_messages.fan_out(group.id, names[2:])
    await world.app.fan_out_messages.fan_out(group.id, names)

    assert muted_until(world, group.id, "bob") == posted + timedelta(seconds=100)


async def test_a_flood_in_slow_mode_is_told_and_takes_the_longer_time(group: Group) -> None:
    world = group.world
    await choose(group, "ann", 20)
    names = await posts(world, group.id, "bob", 6)

    await world.app.fan_out_messages.fan_out(group.id, names)

    until = world.clock.now() + timedelta(seconds=120)
    assert muted_until(world, group.id, "bob") == until
    ((_, target, value),) = group.told("muted")
    assert value is not None
    assert (target, datetime.fromisoformat(value)) == ("bob", until)


async def test_the_service_has_a_default_for_its_groups_that_a_group_may_switch_off(
    group: Group,
) -> None:
    world = group.world
    service = {"name": "App", "kind": "default", "limits": {"slowModeSeconds": 15}}
    await world.write({paths.service("default"): service})
    await world.app.post_limits.refresh()
    await post(group, "bob", "m1")
    assert muted_until(world, group.id, "bob") == world.clock.now() + timedelta(seconds=15)

    await choose(group, "ann", 0)
    await post(group, "cat", "m2")
    assert muted_until(world, group.id, "cat") is None

    chat_id = await world.direct_chat("ann", "dan")
    await world.post(chat_id, "m1", "ann")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    assert muted_until(world, chat_id, "ann") is None, "only groups have slow mode"


async def test_a_post_of_long_ago_keeps_nobody_waiting(group: Group) -> None:
    world = group.world
    await choose(group, "ann", 30)
    await world.post(group.id, "m1", "bob")
    world.clock.advance(31)
    before = world.at(paths.chat_member(group.id, "bob"))

    await world.app.fan_out_messages.fan_out(group.id, ["m1"])

    assert world.at(paths.chat_member(group.id, "bob")) == before
    assert Member.parse(before).muted_until is None


async def test_only_owners_and_admins_choose_and_only_for_groups(group: Group) -> None:
    with pytest.raises(Refused) as refused:
        await choose(group, "bob", 30)
    assert refused.value.reason == CallableReason.NOT_ALLOWED

    world = group.world
    await world.service("acme")
    chat_id = "ann:service:acme"
    opened = {"serviceId": "acme", "kind": "case", "createdBy": "ann", "state": "open"}
    await world.write(
        {paths.chat(chat_id): opened | {"createdAt": world.clock.now(), "memberIds": ["ann"]}}
    )
    request = UpdateChat.model_validate({"chatId": chat_id, "slowModeSeconds": 5})
    with pytest.raises(Refused, match="slowModeSeconds: nobody is slowed in a case") as refused:
        await world.app.update_chats.update_chat(caller=UserCaller("staff1"), request=request)
    assert refused.value.reason == CallableReason.WRONG_KIND


@pytest.mark.parametrize("seconds", [-1, 3_601, 1.5, "5", True])
def test_slow_mode_is_whole_seconds_up_to_an_hour(seconds: object) -> None:
    with pytest.raises(ValidationError, match="slowModeSeconds"):
        UpdateChat.model_validate({"chatId": "g1", "slowModeSeconds": seconds})
