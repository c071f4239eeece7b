from __future__ import annotations

from schema.events import CampaignQueued
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_a_campaign_that_nobody_began_is_published_again(world: World) -> None:
    await world.service(people=1)
    await world.campaign()
    world.clock.advance(15)

    assert await world.app.upkeep().run_once() == 1
    assert world.publisher.published == [CampaignQueued(campaign_id="c1", service_id="acme")]
    await world.work()

    world.publisher.published.clear()
    world.clock.advance(60)
    assert await world.app.upkeep().run_once() == 0, "a finished campaign is left alone"
