"""Bulk jobs that nobody works on are found, however many wait before them."""

from __future__ import annotations

from datetime import timedelta

from parley.services.upkeep.find_bulk_jobs import FindBulkJobs
from parley.testing.clock import START
from schema import paths
from schema.events import BulkQueued
from tests.unit.parley.services.conftest import TwinWorld

WAITING = 150


async def test_a_job_is_published_behind_many_that_wait_longer(world: TwinWorld) -> None:
    for number in range(WAITING):
        due = START - timedelta(hours=1) + timedelta(seconds=number)
        await world.write({paths.bulk_job(f"evil{number // 3}", f"job{number}"): {"dueAt": due}})
    lost = {"dueAt": START - timedelta(minutes=1)}
    later = {"dueAt": START + timedelta(minutes=1)}
    await world.write({paths.bulk_job("good", "lost"): lost, paths.bulk_job("good", "on"): later})

    find = FindBulkJobs(store=world.app.store, publisher=world.publisher)
    assert await find.find(START) == WAITING + 1

    assert BulkQueued(service_id="good", job_id="lost") in world.publisher.published
    assert BulkQueued(service_id="good", job_id="on") not in world.publisher.published
