"""Registrations whose trigger was lost are met by a walk that reads a few people at a time."""

from __future__ import annotations

from parley.services.upkeep.sweep_push_tokens import PEOPLE_A_STEP, ROUND, STEP
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.phones import Phones


async def test_a_phone_whose_triggers_were_all_lost_is_passed_on_by_the_sweeper(
    world: World,
) -> None:
    phones = Phones(world)
    await phones.register("ann", "install1", "T")
    await phones.register("bob", "install1", "T")
    upkeep = world.app.upkeep()

    # The first round may begin behind them, the second does not.
    for _ in range(2):
        world.clock.advance(STEP.total_seconds())
        await upkeep.run_once()

    assert (phones.held("ann"), phones.held("bob")) == ({}, {"install1": "T"})
    assert phones.owner("T") == "bob"


async def test_a_whole_round_at_once_meets_everybody(world: World) -> None:
    phones = Phones(world)
    count = 2 * PEOPLE_A_STEP + 3
    for number in range(count):
        await phones.register(f"old{number:03d}", "install1", f"T{number}")
        await phones.register(f"new{number:03d}", "install1", f"T{number}")

    assert await world.app.sweep_push_tokens().sweep_all() == count

    for number in range(count):
        assert phones.held(f"old{number:03d}") == {}
        assert phones.owner(f"T{number}") == f"new{number:03d}"
    assert await world.app.sweep_push_tokens().sweep_all() == 0


async def test_a_walk_reads_few_people_at_a_time_and_rests_between_its_rounds(
    world: World,
) -> None:
    people = 3 * PEOPLE_A_STEP
    for number in range(people):
        await world.person(f"u{number:03d}", f"T{number}")
    await world.app.sweep_push_tokens().sweep_all()
    walk = world.app.sweep_push_tokens()

    reads = []
    for _ in range(round(2 * ROUND / STEP)):
        world.clock.advance(STEP.total_seconds())
        before = world.store.counts
        await walk.sweep(world.clock.now())
        reads.append((world.store.counts - before).reads)

    assert max(reads) == 2 * PEOPLE_A_STEP, "a person and a token each"
    a_round = 2 * people + 1
    assert 2 * a_round <= sum(reads) <= 3 * a_round, "two whole rounds, and a part of one"


async def test_somebody_whose_document_cannot_be_read_holds_up_nobody(world: World) -> None:
    phones = Phones(world)
    await world.write({paths.push_tokens("abe"): {"devices": {"install1": "T"}}})
    await phones.register("ann", "install1", "T")
    await phones.register("bob", "install1", "T")

    assert await world.app.sweep_push_tokens().sweep_all() == 1
    assert phones.owner("T") == "bob"
