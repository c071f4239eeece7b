"""A thousand orders of one service, and the first of another behind them, on a real worker."""

from __future__ import annotations

import asyncio

from parley.store import SERVER_TIME
from parley.testing.virtual_time import run_in_virtual_time
from schema import paths
from schema.events import CampaignQueued, MassMessageQueued, Payload
from tests.unit.workers.worker_processes import Process, Site
from tests.world import World

BACKLOG = 1_000
MOST_BEFORE = 100
"""Orders that may end before: those that are worked on while the rest is pulled, with room."""

PATIENCE_SECONDS = 600


class DistantProcess(Process):
    """Each call of a port takes ten milliseconds, as over a network."""

    async def live(self) -> None:
        await asyncio.sleep(0.005)
        await super().live()


async def _two_services(site: Site) -> World:
    world = World(site.store)
    await world.service("good", people=1)
    await world.service("evil", people=40)
    return world


async def _campaign(world: World, service_id: str, one: str) -> Payload:
    await world.campaign(one, serviceId=service_id)
    return CampaignQueued(campaign_id=one, service_id=service_id)


async def _mass_message(world: World, service_id: str, one: str) -> Payload:
    job = {
        "serviceId": service_id,
        "createdBy": "staff1",
        "createdAt": SERVER_TIME,
        "kind": "mass",
        "userIds": ["p0000"],
        "message": {"body": "Hello"},
    }
    await world.write({paths.mass_message(one): job})
    return MassMessageQueued(job_id=one, service_id=service_id)


def test_a_campaign_is_completed_while_a_thousand_of_another_service_wait() -> None:
    async def main() -> None:
        site = Site(batch_size=100)
        site.sender.seconds = 0.1
        world = await _two_services(site)
        orders = [await _campaign(world, "evil", f"evil{n:04d}") for n in range(BACKLOG)]
        orders.append(await _campaign(world, "good", "good"))

        def is_completed(campaign_id: str) -> bool:
            status = site.store.document(paths.campaign_status(campaign_id)) or {}
            return bool(status.get("state") == "completed")

        process = DistantProcess(site, seed=1)
        await site.queue.publish(orders)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_completed("good"):
                await asyncio.sleep(0.05)
        before = sum(is_completed(f"evil{n:04d}") for n in range(BACKLOG))
        process.kill()
        assert before <= MOST_BEFORE

    run_in_virtual_time(main())


def test_a_mass_message_is_posted_while_a_thousand_of_another_service_wait() -> None:
    async def main() -> None:
        site = Site(batch_size=100)
        site.sender.seconds = 1.0
        world = await _two_services(site)
        orders = [await _mass_message(world, "evil", f"evil{n:04d}") for n in range(BACKLOG)]
        orders.append(await _mass_message(world, "good", "good"))

        def is_sent(job_id: str) -> bool:
            job = site.store.document(paths.mass_message(job_id)) or {}
            return bool(job.get("delivery", {}).get("state") == "SUCCESS")

        process = DistantProcess(site, seed=1)
        await site.queue.publish(orders)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_sent("good"):
                await asyncio.sleep(0.05)
        before = sum(is_sent(f"evil{n:04d}") for n in range(BACKLOG))
        process.kill()
        assert before <= MOST_BEFORE

    run_in_virtual_time(main())
