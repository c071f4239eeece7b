"""What waits for each pool of workers, and what the scaler says of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.cli.scale_command import Scaler
from parley.domain.upkeep.worker_pools import PoolFigures
from parley.services.upkeep.pool_figures import PoolReports
from parley.testing.clock import START
from schema import paths
from schema.campaign_ramp import ramp_fields
from schema.recipients import empty_counts
from tests.unit.parley.services.conftest import TwinWorld

ONE_EACH = {"chat": 1, "campaigns": 1}


async def look(world: TwinWorld, ramp: int = 0) -> dict[str, PoolFigures]:
    reports = PoolReports(store=world.store, clock=world.clock, ramp=ramp)
    return await reports.look(ONE_EACH)


async def running(world: TwinWorld, campaign_id: str, planned: int, **job: Any) -> None:
    await world.campaign(campaign_id, **job)
    await world.write(
        {
            paths.campaign_status(campaign_id): {
                "serviceId": "acme",
                "name": "News",
                "state": "running",
                "audienceCount": planned,
                "counts": empty_counts() | {"planned": planned},
            }
        }
    )


async def test_an_idle_project_has_nothing_that_waits(world: TwinWorld) -> None:
    found = await look(world)
    assert found == {"chat": PoolFigures(1, 0), "campaigns": PoolFigures(1, 0)}


async def test_outbox_entries_wait_for_the_pool_of_chats(world: TwinWorld) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(20)
    await world.post(chat_id, "m2", "ann")
    chat = (await look(world))["chat"]
    assert (chat.backlog, chat.oldest_seconds) == (2, 20)


async def test_planned_people_wait_for_the_pool_of_campaigns(world: TwinWorld) -> None:
    await running(world, "c1", 5_000)
    await running(world, "c2", 700)
    campaigns = (await look(world))["campaigns"]
    assert (campaigns.backlog, campaigns.has_campaign) == (5_700, True)
    assert campaigns.most_per_second is None


async def test_people_under_a_throttle_wait_only_as_far_as_it_lets_them(world: TwinWorld) -> None:
    await running(world, "c1", 100_000, throttle={"perMinute": 600})
    campaigns = (await look(world))["campaigns"]
    assert campaigns.backlog == 10 * 300
    assert campaigns.most_per_second == 10
    await running(world, "c2", 400)
    campaigns = (await look(world))["campaigns"]
    assert campaigns.backlog == 10 * 300 + 400
    assert campaigns.most_per_second is None


@pytest.mark.parametrize(("stored", "people"), [(None, 250), (1_125.0, 562.5)])
async def test_the_ramp_bounds_what_campaigns_can_use(
    world: TwinWorld, stored: float | None, people: float
) -> None:
    await running(world, "c1", 100_000)
    if stored is not None:
        lanes = [START + timedelta(seconds=5)]
        await world.write(
            {paths.campaign_ramp(): ramp_fields(base=500.0, pace=stored, sent=0.0, lanes=lanes)}
        )
    assert (await look(world, ramp=500))["campaigns"].most_per_second == people


async def test_the_scaler_grows_a_pool_and_remembers_that_it_did(world: TwinWorld) -> None:
    await running(world, "c1", 1_000_000)
    scaler = Scaler(world.app, ONE_EACH)
    chat, campaigns = await scaler.look()
    assert (chat["running"], chat["wanted"]) == (1, 1)
    assert (campaigns["running"], campaigns["wanted"]) == (1, 4)
    assert "1,000,000 wait" in campaigns["why"]
    _, campaigns = await scaler.look()
    assert (campaigns["running"], campaigns["wanted"]) == (4, 4)


async def test_the_scaler_shrinks_a_pool_after_its_calm(world: TwinWorld) -> None:
    scaler = Scaler(world.app, {"chat": 4, "campaigns": 1})
    wanted = []
    for _ in range(5):
        chat, _ = await scaler.look()
        wanted.append(chat["wanted"])
        world.clock.advance(300)
    assert wanted == [4, 4, 3, 3, 2]
