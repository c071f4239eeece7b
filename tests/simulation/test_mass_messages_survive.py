"""A mass message whose workers die, race and are taken over: everybody gets it once."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import CommitOutcomeUnknown, Conflict, StoreContended
from parley.store import SERVER_TIME
from parley.testing.faults import Fault, StoreCall
from parley.testing.in_memory_jobs import WorkerDied
from schema import ids, paths
from schema.events import MassMessageQueued
from tests.unit.parley.services.chats.mass_messages_seen import (
    JOB,
    PATH,
    counted,
    delivery,
    info,
    messages,
    pushed,
    write_job,
)
from tests.unit.parley.services.conftest import TwinWorld


def dies(at: int, moment: str) -> Fault:
    """End the worker before or after its commit of this number takes effect."""
    seen = 0

    def fault(call: StoreCall) -> None:
        nonlocal seen
        if call.operation == "commit" and call.moment == moment:
            seen += 1
            if seen == at:
                raise WorkerDied

    return fault


async def take_over(world: TwinWorld) -> None:
    """Let the lease lapse, sweep, and let another process do the work."""
    world.clock.advance(21)
    world.publisher.published.clear()
    await world.app.upkeep().run_once()
    await world.work()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
async def test_the_work_of_a_worker_that_died_is_taken_over(
    at: int, moment: str, world: TwinWorld
) -> None:
    uids = await world.service(people=130)
    await write_job(world, uids)
    fault = dies(at, moment)
    world.store.faults.append(fault)
    with pytest.raises(WorkerDied):
        await world.work()
    world.store.faults.remove(fault)
    await take_over(world)

    assert delivery(world).state == "SUCCESS"
    assert messages(world, uids) == uids
    assert counted(world, uids) == [1] * 130
    assert set(pushed(world)) == set(uids)


async def test_a_take_over_repeats_a_push_in_doubt_without_a_sound_and_only_if_unread(
    world: TwinWorld,
) -> None:
    uids = await world.service(people=2)
    await write_job(world, uids)
    world.store.faults.append(dies(3, "before"))
    with pytest.raises(WorkerDied):
        await world.work()
    world.store.faults.clear()
    assert pushed(world) == uids
    receipt = {"readTo": world.clock.now(), "readAt": SERVER_TIME}
    await world.write({paths.read_receipt(ids.case_chat_id("p0000", "acme"), "p0000"): receipt})
    # It does not remember what the first one handed over.
    world.app = world.new_process()
    await take_over(world)

    assert [one.device.uid for one in world.sender.sent] == ["p0000", "p0001", "p0001"]
    assert world.sender.sent[-1].sound is None
    assert world.sender.sent[-1].tag == world.sender.sent[1].tag
    results = info(world)["results"]
    assert [results[uid]["push"] for uid in uids] == ["alreadyRead", "handedOver"]


async def test_a_push_in_doubt_is_not_repeated_after_two_minutes(world: TwinWorld) -> None:
    uids = await world.service(people=1)
    await write_job(world, uids)
    world.store.faults.append(dies(3, "before"))
    with pytest.raises(WorkerDied):
        await world.work()
    world.store.faults.clear()
    world.clock.advance(130)
    await take_over(world)

    assert pushed(world) == uids
    assert info(world)["results"]["p0000"]["push"] == "unconfirmed"
    assert delivery(world).state == "SUCCESS"


async def test_a_worker_that_wakes_up_cannot_commit_over_its_successor(world: TwinWorld) -> None:
    uids = await world.service(people=150)
    await write_job(world, uids)
    stopped, goes_on = asyncio.Event(), asyncio.Event()

    async def stops(call: StoreCall) -> None:
        is_batch = call.moment == "before" and len(call.writes) > 100
        if call.operation == "commit" and is_batch and not stopped.is_set():
            stopped.set()
            await goes_on.wait()

    world.store.faults.append(stops)
    first = asyncio.create_task(world.handle(MassMessageQueued(job_id=JOB)))
    await stopped.wait()
    await take_over(world)
    done = world.at(PATH)
    goes_on.set()
    await first

    assert world.at(PATH) == done
    assert counted(world, uids) == [1] * 150
    assert sorted(pushed(world)) == uids


async def test_a_second_worker_leaves_a_claimed_job_alone(world: TwinWorld) -> None:
    uids = await world.service(people=150)
    await write_job(world, uids)
    await asyncio.gather(*(world.handle(MassMessageQueued(job_id=JOB)) for _ in range(4)))

    assert (delivery(world).state, delivery(world).attempts) == ("SUCCESS", 1)
    assert counted(world, uids) == [1] * 150
    assert sorted(pushed(world)) == uids


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_fails_everybody_gets_one_message(data: st.DataObject) -> None:
    async def scenario() -> None:
        world = TwinWorld()
        uids = await world.service(people=data.draw(st.integers(1, 220), label="people"))
        await write_job(world, uids)
        left = data.draw(st.integers(0, 6), label="faults")

        async def fails(call: StoreCall) -> None:
            nonlocal left
            if call.operation != "commit" or not left:
                return
            fate = data.draw(st.sampled_from(["pass", "pass", "conflict", "lost", "die"]))
            if fate == "pass" or (fate == "lost") != (call.moment == "after"):
                return
            left -= 1
            if fate == "die":
                raise WorkerDied
            if fate == "conflict":
                raise data.draw(st.sampled_from([Conflict("told"), StoreContended("told")]))
            raise CommitOutcomeUnknown("told")

        world.store.faults.append(fails)
        for _ in range(12):
            with contextlib.suppress(WorkerDied):
                await world.work()
            if world.at(PATH).get("delivery", {}).get("state") == "SUCCESS":
                break
            left = max(0, left)
            with contextlib.suppress(WorkerDied):
                await take_over(world)
        world.store.faults.clear()
        for _ in range(2):
            world.clock.advance(700)
            await take_over(world)
        assert delivery(world).state == "SUCCESS"
        assert counted(world, uids) == [1] * len(uids)
        assert info(world)["sent"] == len(uids)
        assert set(pushed(world)) <= set(uids)

    asyncio.run(scenario())
