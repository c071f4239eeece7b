"""Whoever creates direct chats as fast as they can is held, whoever they create them with."""

from __future__ import annotations

from datetime import timedelta

from parley.services.upkeep.sweep_direct_chats import SweepDirectChats
from parley.store import SERVER_TIME
from schema import ids, limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World

MOST = limits.CHATS_CREATED_A_MINUTE


async def create(world: World, uid: str, first: int, count: int, by: str | None = None) -> None:
    for number in range(first, first + count):
        chat_id = ids.direct_chat_id(uid, f"invented{number}")
        chat = {"serviceId": "default", "kind": "direct", "createdBy": by or uid}
        await world.write({paths.chat(chat_id): chat | {"createdAt": SERVER_TIME}})


def sweeper(world: World) -> SweepDirectChats:
    return SweepDirectChats(store=world.store, clock=world.clock)


async def test_whoever_creates_more_than_sixty_in_a_minute_is_held_for_a_minute(
    world: World,
) -> None:
    sweep = sweeper(world)
    await create(world, "mal", 0, MOST)
    assert await sweep.sweep(world.clock.now()) == 0
    assert world.store.document(paths.hold("mal")) is None

    world.clock.advance(5)
    await create(world, "mal", MOST, 30)
    before = world.store.counts
    assert await sweep.sweep(world.clock.now()) == 30

    held = world.at(paths.hold("mal"))["until"] - world.clock.now()
    assert timedelta(seconds=60) <= held <= timedelta(seconds=65)
    spent = world.store.counts - before
    assert (spent.reads, spent.writes) == (30, 1), "a read each, and one hold"


async def test_a_person_with_whom_many_chats_are_created_is_not_held(world: World) -> None:
    for number in range(MOST + 1):
        await create(world, "vic", number, 1, by=f"invented{number}")

    await sweeper(world).sweep(world.clock.now())

    assert not [path for path in world.store.paths() if path.startswith(f"{paths.HOLDS}/")]


async def test_sixty_a_minute_hold_nobody_however_long_it_lasts(world: World) -> None:
    sweep = sweeper(world)
    for number in range(3 * MOST):
        world.clock.advance(1.1)
        await create(world, "ann", number, 1)
        if number % 5 == 0:
            await sweep.sweep(world.clock.now())

    assert world.store.document(paths.hold("ann")) is None


async def test_an_idle_pass_costs_a_read(world: World) -> None:
    sweep = sweeper(world)
    await create(world, "ann", 0, 3)
    await sweep.sweep(world.clock.now())
    before = world.store.counts

    assert await sweep.sweep(world.clock.now()) == 0

    assert (world.store.counts - before).reads == 1


async def test_a_process_that_takes_over_counts_the_last_minute(world: World) -> None:
    await create(world, "old", 0, MOST + 1)
    world.clock.advance(61)
    await create(world, "mal", 0, MOST + 1)
    world.clock.advance(30)

    await sweeper(world).sweep(world.clock.now())

    assert world.store.document(paths.hold("old")) is None
    assert world.at(paths.hold("mal"))["until"] > world.clock.now()


async def test_the_periodic_tasks_look(world: World) -> None:
    await create(world, "mal", 0, MOST + 1)

    await world.app.upkeep().run_once()

    assert world.at(paths.hold("mal"))["until"] > world.clock.now()
