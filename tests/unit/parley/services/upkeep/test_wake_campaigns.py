"""Campaigns that stand still are put back less and less often, by however many processes."""

from __future__ import annotations

import asyncio
from collections import Counter

from parley.errors import QueueUnavailable
from parley.services.upkeep.wake_campaigns import WakeCampaigns
from parley.testing.faults import lost_answer
from schema import paths
from schema.events import CampaignBatchReady, CampaignQueued
from tests.unit.parley.services.campaigns_seen import message_counts, status_of
from tests.unit.parley.services.conftest import TwinWorld as World


async def running(world: World, people: int = 5_000) -> None:
    for first in range(0, people, 250):
        await world.write(
            {
                paths.service_user("acme", f"q{number:05d}"): {"displayName": "Q"}
                for number in range(first, first + 250)
            }
        )
    await world.service()
    await world.campaign()
    await world.app.run_campaigns.run("c1")


def several(world: World, count: int) -> list[WakeCampaigns]:
    return [WakeCampaigns(store=world.store, publisher=world.publisher) for _ in range(count)]


async def campaign_workers(
    world: World, processes: list[WakeCampaigns], seconds: float
) -> Counter[str]:
    """Count what the processes publish while only ``campaign-queue`` has workers."""
    published: Counter[str] = Counter()
    for _ in range(int(seconds / 5)):
        world.clock.advance(5)
        for nudges in processes:
            await nudges.wake_due(world.clock.now())
        for payload in world.publisher.take():
            published[type(payload).__name__] += 1
            if isinstance(payload, CampaignQueued):
                await world.handle(payload)
    published.update(type(payload).__name__ for payload in world.publisher.take())
    return published


async def test_batches_that_wait_on_their_queue_are_not_joined_by_copies(world: World) -> None:
    await running(world)
    assert len(world.publisher.take()) == 50

    published = await campaign_workers(world, several(world, 2), 100)

    assert published["CampaignBatchReady"] <= 3, "a probe for each nudge, and no more"
    assert published["CampaignQueued"] <= 3


async def test_the_rate_falls_and_does_not_depend_on_the_number_of_processes(
    world: World,
) -> None:
    await running(world, people=500)
    world.publisher.take()
    processes = several(world, 7)

    first = await campaign_workers(world, processes, 600)
    later = await campaign_workers(world, processes, 3_600)

    assert first["CampaignQueued"] <= 6
    assert later["CampaignQueued"] <= 5


async def test_a_campaign_whose_batches_were_lost_is_continued(world: World) -> None:
    await running(world, people=150)
    world.publisher.take()
    world.clock.advance(30)

    assert await world.app.upkeep().run_once() == 1
    assert world.publisher.published == [CampaignQueued(campaign_id="c1", service_id="acme")]
    await world.work()

    assert status_of(world).state == "completed"


async def test_two_passes_at_once_nudge_a_campaign_once(world: World) -> None:
    await running(world, people=150)
    world.publisher.take()
    world.clock.advance(20)
    now = world.clock.now()

    counts = await asyncio.gather(*(one.wake_due(now) for one in several(world, 3)))

    assert sum(counts) == 1
    assert world.publisher.published == [CampaignQueued(campaign_id="c1", service_id="acme")]


async def test_a_nudge_whose_answer_was_lost_waits_for_the_next(world: World) -> None:
    await running(world, people=150)
    world.publisher.take()
    world.clock.advance(20)
    world.store.faults.append(lost_answer())

    assert await world.app.upkeep().run_once() == 0
    world.clock.advance(40)
    assert await world.app.upkeep().run_once() == 1


async def test_what_was_lost_is_found_by_one_probe_and_sent_once(world: World) -> None:
    await running(world, people=2_000)
    world.publisher.take()
    world.clock.advance(20)

    assert await world.app.upkeep().run_once() == 1
    await world.handle(world.publisher.take()[0])
    (probe,) = world.publisher.published
    assert isinstance(probe, CampaignBatchReady)
    assert probe.is_probe
    await world.work()

    assert status_of(world).state == "completed"
    assert set(message_counts(world).values()) == {1}
    batches = [one for one in world.publisher.published if isinstance(one, CampaignBatchReady)]
    assert len(batches) == 20, "each once, the probe among them"


async def test_a_planner_that_died_is_followed_by_another(world: World) -> None:
    await world.service(people=3)
    await world.campaign()
    world.publisher.fail()
    try:
        await world.app.run_campaigns.run("c1")
    except QueueUnavailable:
        world.clock.advance(20)

    assert await world.app.upkeep().run_once() == 1
    await world.work()

    assert status_of(world).state == "completed"


async def test_a_repeat_of_a_campaigns_payload_publishes_one_batch_at_most(world: World) -> None:
    await running(world, people=2_000)
    world.publisher.take()

    for _ in range(3):
        await world.app.run_campaigns.run("c1")

    assert len(world.publisher.take()) == 3


async def test_a_pass_in_which_nothing_stands_still_writes_nothing(world: World) -> None:
    await running(world, people=500)
    before = world.store.counts
    await world.app.upkeep().run_once()

    assert (world.store.counts - before).writes == 0
