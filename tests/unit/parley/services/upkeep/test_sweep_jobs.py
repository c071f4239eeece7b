"""The sweep of mass messages: what it finds, when, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from parley.services.upkeep.sweep_jobs import MASS_MESSAGES, SweepJobs
from parley.store import SERVER_TIME
from schema import paths
from schema.events import MassMessageQueued
from tests.unit.parley.services.conftest import TwinWorld as World

PATH = paths.mass_message("m1")
QUEUED = MassMessageQueued(job_id="m1", service_id="acme")


async def write_job(world: World, **changed: Any) -> None:
    job = {
        "serviceId": "acme",
        "createdBy": "staff1",
        "createdAt": SERVER_TIME,
        "kind": "mass",
        "userIds": ["p0000"],
        "message": {"body": "Hi"},
    } | changed
    await world.write({PATH: job})


@pytest.fixture
def sweep(world: World) -> SweepJobs:
    return SweepJobs(store=world.store, publisher=world.publisher, inbox=MASS_MESSAGES)


async def passes(world: World, sweep: SweepJobs, seconds: int) -> int:
    """Sweep every ten seconds for this long; return the number of jobs published."""
    count = 0
    for _ in range(seconds // 10):
        world.clock.advance(10)
        count += await sweep.sweep(world.clock.now())
    return count


async def test_a_job_whose_trigger_was_lost_is_found_within_thirty_seconds(
    world: World, sweep: SweepJobs
) -> None:
    await sweep.sweep(world.clock.now())
    await world.service(people=1)
    await write_job(world)
    world.clock.advance(4)
    assert await sweep.sweep(world.clock.now()) == 0, "its trigger may still come"
    assert await passes(world, sweep, 20) >= 1
    assert set(world.publisher.published) == {QUEUED}
    await world.work()
    assert world.at(PATH)["delivery"]["state"] == "SUCCESS"
    world.publisher.published.clear()
    assert await passes(world, sweep, 600) == 0


@pytest.mark.parametrize(("state", "seconds"), [("RETRY", 10), ("PENDING", 10), ("PROCESSING", 20)])
async def test_an_open_job_that_nobody_works_on_is_published_with_back_off(
    state: str, seconds: int, world: World, sweep: SweepJobs
) -> None:
    now = world.clock.now()
    lease = now.replace(second=now.second + 20) if state == "PROCESSING" else None
    given = {"state": state, "attempts": 1, "startTime": now, "leaseExpireTime": lease}
    await write_job(world, delivery={name: value for name, value in given.items() if value})
    assert await passes(world, sweep, seconds - 10) == 0
    assert await passes(world, sweep, 10) == 1
    assert await passes(world, sweep, 600) <= 7, "an outage of workers does not fill the queue"


@pytest.mark.parametrize("state", ["SUCCESS", "ERROR"])
async def test_a_settled_job_is_left_alone(state: str, world: World, sweep: SweepJobs) -> None:
    at = world.clock.now()
    await write_job(world, delivery={"state": state, "attempts": 1, "startTime": at, "endTime": at})
    assert await passes(world, sweep, 600) == 0


async def test_an_idle_pass_costs_one_read_and_those_of_the_ages_due(
    world: World, sweep: SweepJobs
) -> None:
    await sweep.sweep(world.clock.now())
    before = world.store.counts
    world.clock.advance(10)
    await sweep.sweep(world.clock.now())
    assert (world.store.counts - before).reads == 1


async def test_a_job_past_the_rules_names_no_service(world: World, sweep: SweepJobs) -> None:
    await write_job(world, serviceId=7)
    await passes(world, sweep, 30)
    assert set(world.publisher.published) == {MassMessageQueued(job_id="m1")}


@pytest.mark.parametrize(
    "delivery", ["done", {"state": "HAHA"}, {"state": "PROCESSING"}, {"attempts": 7}, {}, [1]]
)
async def test_a_job_with_an_answer_that_nobody_can_read_is_answered(
    delivery: Any, world: World, sweep: SweepJobs
) -> None:
    await world.service(people=1)
    await write_job(world, delivery=delivery)
    assert await passes(world, sweep, 30) >= 1
    await world.work()
    assert world.at(PATH)["delivery"]["state"] == "ERROR"
    world.publisher.published.clear()
    assert await passes(world, sweep, 600) == 0
