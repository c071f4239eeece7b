"""The server's list of who blocks a person follows the blocks themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.errors import Conflict, StoreUnavailable
from parley.store import SERVER_TIME, Delete
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.world import fire_triggers


async def block(world: World, uid: str, other: str, *, is_lost: bool = False) -> None:
    path, fields = paths.user_block(uid, other), {"createdAt": SERVER_TIME}
    await world.write({path: fields})
    if not is_lost:
        await fire_triggers(world.app, path, None, world.at(path))


async def unblock(world: World, uid: str, other: str) -> None:
    path = paths.user_block(uid, other)
    before = world.at(path)
    await world.store.commit([Delete(path)])
    await fire_triggers(world.app, path, before, None)


def listed(world: World, uid: str) -> list[str]:
    return sorted((world.store.document(paths.blocked_by(uid)) or {"by": {}})["by"])


async def test_a_block_is_listed_and_its_end_too(world: World) -> None:
    await block(world, "vic", "mal")
    await block(world, "ann", "mal")
    assert listed(world, "mal") == ["ann", "vic"]

    await unblock(world, "vic", "mal")

    assert listed(world, "mal") == ["ann"]
    assert listed(world, "vic") == []


async def test_the_block_stays_as_the_client_wrote_it(world: World) -> None:
    await block(world, "vic", "mal")

    assert set(world.at(paths.user_block("vic", "mal"))) == {"createdAt"}


async def test_a_repeated_event_writes_nothing(world: World) -> None:
    await block(world, "vic", "mal")
    before = world.store.counts

    assert not await world.app.follow_blocks.follow("vic", "mal")

    spent = world.store.counts - before
    assert (spent.reads, spent.writes) == (2, 0)


async def test_events_in_the_wrong_order_lead_to_the_same_list(world: World) -> None:
    """The block ended between the reading and the writing of its own event."""
    await world.write({paths.user_block("vic", "mal"): {"createdAt": SERVER_TIME}})
    is_ended = False

    async def end(call: StoreCall) -> None:
        nonlocal is_ended
        if call.operation == "commit" and call.moment == "before" and not is_ended:
            is_ended = True
            await unblock(world, "vic", "mal")

    world.store.faults.append(end)
    await world.app.follow_blocks.follow("vic", "mal")

    assert is_ended
    assert listed(world, "mal") == []


@pytest.mark.parametrize("fault", [failing(Conflict("by the test")), lost_answer()])
async def test_conflicts_and_lost_answers_lose_no_block(world: World, fault: object) -> None:
    await world.write({paths.user_block("vic", "mal"): {"createdAt": SERVER_TIME}})
    world.store.faults.append(fault)  # type: ignore[arg-type]

    await world.app.follow_blocks.follow("vic", "mal")

    assert listed(world, "mal") == ["vic"]


async def test_a_block_whose_event_was_lost_is_found(world: World) -> None:
    await block(world, "vic", "mal", is_lost=True)
    upkeep = world.app.upkeep()
    for _ in range(65):
        world.clock.advance(5)
        await upkeep.run_once()

    assert listed(world, "mal") == ["vic"]


async def test_one_who_blocks_hundreds_a_minute_costs_no_work_for_each(world: World) -> None:
    most = limits.BLOCKS_FOLLOWED_A_MINUTE
    for number in range(most + 40):
        await block(world, "mal", f"u{number:03d}")
    assert sum(bool(listed(world, f"u{number:03d}")) for number in range(most + 40)) == most

    world.clock.advance(66)
    await block(world, "mal", "last")

    assert listed(world, "last") == ["mal"]


async def test_whoever_writes_blocks_too_fast_is_held_for_a_minute(world: World) -> None:
    most = limits.BLOCKS_FOLLOWED_A_MINUTE
    for number in range(most):
        await block(world, "mal", f"u{number:03d}")
    assert world.store.document(paths.hold("mal")) is None
    before = world.store.counts

    for number in range(40):
        await unblock(world, "mal", f"u{number:03d}")

    held = world.at(paths.hold("mal"))["until"] - world.clock.now()
    assert timedelta(seconds=60) <= held <= timedelta(seconds=65)
    spent = world.store.counts - before
    assert (spent.reads, spent.writes, spent.deletes) == (0, 1, 40), "40 ends, and one hold"


async def test_whoever_writes_on_is_held_again(world: World) -> None:
    for number in range(limits.BLOCKS_FOLLOWED_A_MINUTE + 1):
        await block(world, "mal", f"u{number:03d}")
    until = world.at(paths.hold("mal"))["until"]
    world.clock.advance((until - world.clock.now()).total_seconds())

    await block(world, "mal", "after")
    assert listed(world, "after") == ["mal"]
    assert world.at(paths.hold("mal"))["until"] == until, "one block after it holds nobody"

    for number in range(limits.BLOCKS_FOLLOWED_A_MINUTE):
        await block(world, "mal", f"v{number:03d}")
    assert world.at(paths.hold("mal"))["until"] > world.clock.now()


async def test_a_hold_that_was_not_written_is_written_at_the_next_block(world: World) -> None:
    for number in range(limits.BLOCKS_FOLLOWED_A_MINUTE):
        await block(world, "mal", f"u{number:03d}")
    world.store.faults.append(failing(StoreUnavailable("told to")))
    with pytest.raises(StoreUnavailable):
        await world.app.follow_blocks.follow("mal", "first")

    await world.app.follow_blocks.follow("mal", "second")

    assert world.at(paths.hold("mal"))["until"] > world.clock.now()


async def test_a_list_takes_no_more_people_than_a_document_holds(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    full = {"by": {f"u{number}": True for number in range(limits.BLOCKERS_KNOWN)}}
    await world.write({paths.blocked_by("mal"): full})

    await block(world, "vic", "mal")

    assert len(listed(world, "mal")) == limits.BLOCKERS_KNOWN
    assert "blocks.listFull" in caplog.text
