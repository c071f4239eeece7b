from __future__ import annotations

import asyncio

from parley.services.delivery.push_room import PushRoom


async def entered(room: PushRoom, amount: int, order: list[int], leave: asyncio.Event) -> None:
    async with room.hold(amount):
        order.append(amount)
        await leave.wait()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_pushes_wait_for_room_in_the_order_of_asking() -> None:
    room, order, leave = PushRoom(10), list[int](), asyncio.Event()
    tasks = [asyncio.create_task(entered(room, amount, order, leave)) for amount in (6, 5, 1)]
    await turns()
    assert (order, room.in_hand) == ([6], 6), "the small one does not overtake"

    leave.set()
    await asyncio.gather(*tasks)

    assert (order, room.in_hand) == ([6, 5, 1], 0)


async def test_more_than_all_the_room_waits_for_all_of_it() -> None:
    room = PushRoom(10)

    async with room.hold(1_000):
        assert room.in_hand == 10
    assert room.in_hand == 0


async def test_room_that_is_not_needed_is_given_back_at_once() -> None:
    room, order, leave = PushRoom(10), list[int](), asyncio.Event()
    async with room.hold(10) as held:
        task = asyncio.create_task(entered(room, 4, order, leave))
        await turns()
        assert order == []

        held.shrink(6)
        await turns()

        assert (order, room.in_hand) == ([4], 10)
    leave.set()
    await task
    assert room.in_hand == 0


async def test_one_who_stops_waiting_holds_nobody_up() -> None:
    room, order, leave = PushRoom(10), list[int](), asyncio.Event()
    async with room.hold(8):
        large = asyncio.create_task(entered(room, 9, order, leave))
        await turns()
        small = asyncio.create_task(entered(room, 2, order, leave))
        await turns()
        large.cancel()
        await turns()

        assert order == [2]
    leave.set()
    await small
    assert room.in_hand == 0


async def test_one_who_is_cancelled_as_its_turn_comes_gives_it_back() -> None:
    room, order, leave = PushRoom(10), list[int](), asyncio.Event()
    first = asyncio.create_task(entered(room, 8, order, leave))
    await turns()
    second = asyncio.create_task(entered(room, 8, order, asyncio.Event()))
    await turns()

    room.give(0)
    first.cancel()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)

    assert room.in_hand == 0
