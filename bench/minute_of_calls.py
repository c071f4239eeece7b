"""A minute of one callable after another, as far as the budgets of a person allow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench.minute_world import ATTACKER, Minute, SmallWorld
from parley.domain.people.call_budgets import writes_of_group, writes_of_joining
from parley.domain.requests import AddMembers, CreateGroup, LeaveChat, SetRole, UpdateChat
from schema import limits, paths

_BUDGETS = "120 calls and 2,000 writes a minute"
_PAGES = 3
"""More calls with so many people than a minute has room for."""
_NAMED_PEOPLE = 10
_USES_OF_A_NAME = 99
_OTHERS = limits.SMALL_GROUP - 1
_SHOWN_TO_EACH = 3
"""What a changed group shows to each other member who looks at it: row, chat and system message."""


async def played_calls() -> list[Minute]:
    """Return a minute of each callable that writes for others."""
    return [
        await _create_groups(),
        await _use_a_name_again(),
        await _add_many(),
        await _add_some(),
        await _rename(),
        await _change_roles(),
        await _open_cases(),
        await _open_direct_chats(),
    ]


async def _create_groups() -> Minute:
    world = SmallWorld()
    uids = await world.people(limits.MEMBERS_PER_CALL)
    request = CreateGroup(title="Group", user_ids=uids)

    async def create(_: int) -> None:
        await world.app.open_chats.create_group(caller=ATTACKER, request=request)

    return await _minute(
        world,
        f"`createGroupChat` with {limits.MEMBERS_PER_CALL} people",
        create,
        reserve=writes_of_group(request),
        listeners=limits.MEMBERS_PER_CALL,
    )


async def _use_a_name_again() -> Minute:
    """Find a name whose groups everybody has left, as often as a name may be used."""
    world = SmallWorld()
    uids = await world.people(_NAMED_PEOPLE)
    alone = CreateGroup(title="Group", user_ids=[], unique_name="name")
    for _ in range(_USES_OF_A_NAME):
        made = await world.app.open_chats.create_group(caller=ATTACKER, request=alone)
        leaving = LeaveChat(chat_id=made.chat_id)
        await world.app.change_members.leave(caller=ATTACKER, request=leaving)
    world.clock.advance(120)
    request = CreateGroup(title="Group", user_ids=uids, unique_name="name")

    async def find(_: int) -> None:
        await world.app.open_chats.create_group(caller=ATTACKER, request=request)

    return await _minute(
        world,
        f"`createGroupChat` with {_NAMED_PEOPLE} people, under a name that was used "
        f"{_USES_OF_A_NAME} times",
        find,
        reserve=writes_of_group(request),
        listeners=0,
    )


async def _add_many() -> Minute:
    world = SmallWorld()
    most = limits.MEMBERS_PER_CALL
    uids = await world.people(_PAGES * most)
    chat_id = await _empty_group(world)
    pages = [
        AddMembers(chat_id=chat_id, user_ids=uids[n * most : (n + 1) * most]) for n in range(_PAGES)
    ]

    async def add(number: int) -> None:
        await world.app.change_members.add(caller=ATTACKER, request=pages[number % _PAGES])

    return await _minute(
        world,
        f"`addMembers` with {most} people",
        add,
        reserve=writes_of_joining(pages[0]),
        listeners=most,
    )


async def _add_some() -> Minute:
    world = SmallWorld()
    most = limits.JOINED_NAMED
    uids = await world.people(limits.CALL_WRITES_PER_MINUTE // 2)
    chat_id = await _empty_group(world)

    async def add(number: int) -> None:
        some = uids[number * most : (number + 1) * most]
        request = AddMembers(chat_id=chat_id, user_ids=some)
        await world.app.change_members.add(caller=ATTACKER, request=request)

    request = AddMembers(chat_id=chat_id, user_ids=uids[:most])
    return await _minute(
        world,
        f"`addMembers` with {most} people, who are told",
        add,
        reserve=writes_of_joining(request),
        # Each joins a group that grows: the rows of all who are there, up to a hundred.
        listeners=limits.SMALL_GROUP + most,
    )


async def _rename() -> Minute:
    world = SmallWorld()
    chat_id = await world.group(limits.SMALL_GROUP)

    async def rename(number: int) -> None:
        request = UpdateChat.model_validate({"chatId": chat_id, "title": f"Group {number}"})
        await world.app.update_chats.update_chat(caller=ATTACKER, request=request)

    listeners = _SHOWN_TO_EACH * _OTHERS
    return await _minute(
        world, "`updateChat`: a new title in a group of 100", rename, listeners=listeners
    )


async def _change_roles() -> Minute:
    world = SmallWorld()
    chat_id = await world.group(limits.SMALL_GROUP)

    async def change(number: int) -> None:
        role = "admin" if number % 2 == 0 else "member"
        request = SetRole.model_validate({"chatId": chat_id, "userId": "u0001", "role": role})
        await world.app.change_members.set_role(caller=ATTACKER, request=request)

    listeners = _SHOWN_TO_EACH * _OTHERS
    return await _minute(world, "`setRole` in a group of 100", change, listeners=listeners)


async def _open_cases() -> Minute:
    world = SmallWorld()
    await world.people(1)
    services = [f"service{number}" for number in range(limits.CALLS_PER_MINUTE)]
    for service_id in services:
        await world.write({paths.service(service_id): {"name": "Acme", "kind": "dashboard"}})

    async def open_case(number: int) -> None:
        await world.app.open_chats.open_case(caller=ATTACKER, service_id=services[number])

    return await _minute(
        world, "`openCaseChat` with one service after another", open_case, listeners=1
    )


async def _open_direct_chats() -> Minute:
    world = SmallWorld()

    async def open_chat(number: int) -> None:
        await world.app.open_chats.open_direct(caller=ATTACKER, other_uid=f"nobody{number}")

    return await _minute(world, "`openDirectChat` with one after another", open_chat, listeners=0)


async def _empty_group(world: SmallWorld) -> str:
    request = CreateGroup(title="Group", user_ids=[])
    made = await world.app.open_chats.create_group(caller=ATTACKER, request=request)
    world.clock.advance(120)
    return made.chat_id


async def _minute(
    world: SmallWorld,
    act: str,
    call: Callable[[int], Awaitable[object]],
    *,
    listeners: int,
    reserve: int = 0,
) -> Minute:
    passed = 0

    async def play() -> None:
        nonlocal passed
        passed = await world.call_all_minute(call, reserve)
        await world.follow()

    counts = await world.counted(play())
    return Minute(
        act,
        times=passed,
        writes=counts.writes + counts.deletes,
        reads=counts.reads + passed * listeners,
        held_by=_BUDGETS,
    )
