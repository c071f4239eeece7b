"""The calls of one person are held to what a minute allows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial

import pytest

from parley.domain.access import SYSTEM, ApiKeyCaller, Caller, Refused, StaffCaller, UserCaller
from parley.domain.people.call_budgets import writes_of_group
from parley.domain.requests import CreateGroup, UpdateChat
from parley.services.chats.open_chats import OpenedChat
from parley.services.people.spend_budgets import CallBudgets
from parley.testing.faults import lost_answer
from schema import limits, paths
from schema.budgets import CallBudget
from tests.unit.parley.services.conftest import TwinWorld as World

MAL = UserCaller("mal")
TOWN = CreateGroup(title="Town", user_ids=[f"u{n}" for n in range(450)])


@pytest.fixture
async def world() -> World:
    """The world, with people whom anybody may add."""
    world = World()
    await world.people(*TOWN.user_ids)
    return world


@pytest.fixture
def budgets(world: World) -> CallBudgets:
    return world.app.call_budgets


def fresh(world: World) -> CallBudgets:
    """The budgets as another process keeps them."""
    return world.new_process().call_budgets


async def create(world: World, budgets: CallBudgets, caller: Caller = MAL) -> OpenedChat:
    """Create a group of 451 as the callable does it."""
    budgets.admit(caller)
    return await budgets.run(
        caller,
        lambda: world.app.open_chats.create_group(caller=caller, request=TOWN),
        reserve=writes_of_group(TOWN),
    )


def test_120_calls_pass_in_a_minute_and_the_next_is_told_when(
    world: World, budgets: CallBudgets
) -> None:
    for _ in range(limits.CALLS_PER_MINUTE):
        budgets.admit(MAL)
    with pytest.raises(Refused) as refused:
        budgets.admit(MAL)

    assert (refused.value.kind, refused.value.reason) == ("exhausted", "tooMany")
    assert refused.value.retry_after is not None
    assert 0 < refused.value.retry_after <= 65
    budgets.admit(UserCaller("ann"))
    world.clock.advance(refused.value.retry_after)
    budgets.admit(MAL)


@pytest.mark.parametrize("caller", [SYSTEM, ApiKeyCaller("k1", "acme")])
def test_programs_have_no_budget(budgets: CallBudgets, caller: Caller) -> None:
    for _ in range(limits.CALLS_PER_MINUTE + 1):
        budgets.admit(caller)


def test_staff_are_people_too(budgets: CallBudgets) -> None:
    for _ in range(limits.CALLS_PER_MINUTE):
        budgets.admit(StaffCaller("mal", "acme", "owner"))
    with pytest.raises(Refused):
        budgets.admit(MAL)


async def test_two_groups_of_451_are_created_in_a_minute_however_many_processes_one_asks(
    world: World,
) -> None:
    for _ in range(2):
        await create(world, fresh(world))
    before = world.store.counts
    with pytest.raises(Refused) as refused:
        await create(world, fresh(world))

    assert refused.value.reason == "tooMany"
    assert (world.store.counts - before).writes == 0
    assert refused.value.retry_after is not None
    world.clock.advance(refused.value.retry_after)
    await create(world, fresh(world))
    stored = CallBudget.parse(world.at(paths.budget("mal")))
    assert sum(stored.written.values()) <= limits.CALL_WRITES_PER_MINUTE


async def test_a_budget_costs_a_read_and_a_write(world: World, budgets: CallBudgets) -> None:
    before = world.store.counts
    await create(world, budgets)
    spent = world.store.counts - before
    assert (spent.of("reads", "budgets"), spent.of("writes", "budgets")) == (1, 1)


async def test_calls_at_once_share_one_budget(world: World, budgets: CallBudgets) -> None:
    outcomes = await asyncio.gather(
        *(create(world, budgets) for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(one, OpenedChat) for one in outcomes) == 2
    assert all(isinstance(one, OpenedChat | Refused) for one in outcomes)


async def test_what_any_call_writes_is_counted_in_the_process(
    world: World, budgets: CallBudgets
) -> None:
    request = CreateGroup(title="Town", user_ids=[f"u{n}" for n in range(99)])
    opened = await world.app.open_chats.create_group(caller=MAL, request=request)

    def rename(number: int) -> Awaitable[None]:
        title = UpdateChat(chat_id=opened.chat_id, title=f"Town {number}")
        return world.app.update_chats.update_chat(caller=MAL, request=title)

    # Each writes a hundred rows, chat, message and audit entry.
    for number in range(20):
        budgets.admit(MAL)
        await budgets.run(MAL, partial(rename, number))
    with pytest.raises(Refused) as refused:
        budgets.admit(MAL)
    assert refused.value.reason == "tooMany"


async def test_calls_of_one_moment_share_what_a_minute_may_write(
    world: World, budgets: CallBudgets
) -> None:
    """All of them are admitted before the first has written anything."""
    groups = [
        await world.app.open_chats.create_group(
            caller=MAL, request=CreateGroup(title="T", user_ids=TOWN.user_ids[first : first + 50])
        )
        for first in range(0, 450, 50)
    ]
    before = world.store.counts

    async def rename(number: int) -> None:
        budgets.admit(MAL)
        title = UpdateChat(chat_id=groups[number % 9].chat_id, title=f"Town {number}")
        await budgets.run(
            MAL, lambda: world.app.update_chats.update_chat(caller=MAL, request=title)
        )

    outcomes = await asyncio.gather(
        *map(rename, range(limits.CALLS_PER_MINUTE)), return_exceptions=True
    )

    # Each writes 51 rows, chat, message and audit entry.
    most_at_once = len(groups) * 54
    assert (world.store.counts - before).writes < limits.CALL_WRITES_PER_MINUTE + most_at_once
    refused = [one for one in outcomes if one is not None]
    assert refused
    assert all(isinstance(one, Refused) and one.reason == "tooMany" for one in refused)
    world.clock.advance(66)
    await rename(1_000)


async def test_renames_of_a_large_group_share_a_minute_however_many_processes_one_asks(
    world: World,
) -> None:
    request = CreateGroup(title="Town", user_ids=[f"u{n}" for n in range(99)])
    opened = await world.app.open_chats.create_group(caller=MAL, request=request)
    before = world.store.counts

    async def rename(number: int) -> None:
        budgets = fresh(world)
        title = UpdateChat(chat_id=opened.chat_id, title=f"Town {number}")
        budgets.admit(MAL)
        await budgets.run(
            MAL, lambda: world.app.update_chats.update_chat(caller=MAL, request=title)
        )

    for number in range(20):
        await rename(number)
    spent = world.store.counts - before
    with pytest.raises(Refused) as refused:
        await rename(20)

    assert refused.value.reason == "tooMany"
    assert refused.value.retry_after is not None
    assert (spent.of("reads", "budgets"), spent.of("writes", "budgets")) == (20, 20)
    world.clock.advance(refused.value.retry_after)
    await rename(21)


async def test_a_small_change_takes_nothing_from_the_document(world: World) -> None:
    request = CreateGroup(title="Town", user_ids=["u1"])
    opened = await world.app.open_chats.create_group(caller=MAL, request=request)
    title = UpdateChat(chat_id=opened.chat_id, title="Village")
    await world.app.call_budgets.run(
        MAL, lambda: world.app.update_chats.update_chat(caller=MAL, request=title)
    )
    assert world.store.document(paths.budget("mal")) is None


async def test_a_lost_answer_spends_at_most_twice(world: World, budgets: CallBudgets) -> None:
    world.store.faults.append(lost_answer())
    await create(world, budgets)
    spent = sum(CallBudget.parse(world.at(paths.budget("mal"))).written.values())
    assert spent in (906, 1_812)


async def test_the_author_of_an_import_goes_on_working(world: World, budgets: CallBudgets) -> None:
    async def write_much() -> None:
        for number in range(30):
            await world.write({paths.user(f"u{number}-{n}"): {} for n in range(100)})

    budgets.admit(MAL)
    await budgets.run(MAL, write_much, reserve=limits.CALL_WRITES_PER_MINUTE, is_metered=False)
    budgets.admit(MAL)
    with pytest.raises(Refused) as refused:
        await budgets.run(MAL, write_much, reserve=1, is_metered=False)
    assert refused.value.reason == "tooMany"

    await budgets.run(MAL, write_much)
    with pytest.raises(Refused):
        budgets.admit(MAL)
