"""Drive campaigns on the twins: commands, single batches, time."""

from __future__ import annotations

from typing import Any

from parley.store import Update
from schema import ids, paths
from schema.batches import planned_batch_fields
from schema.events import CampaignBatchReady
from tests.unit.parley.services.conftest import TwinWorld as World


async def command(world: World, name: str) -> None:
    """Give a command as staff do, and let the trigger's job run."""
    await world.store.commit([Update(paths.campaign("c1"), {"command": name})])
    await world.app.run_campaigns.run("c1")


async def begin(world: World, people: int = 300, **job: Any) -> None:
    await world.service(people=people)
    await world.campaign(**job)
    await world.app.run_campaigns.run("c1")


async def handle_one_batch(world: World) -> None:
    """Send the first batch that is on the queue."""
    batch = next(one for one in world.publisher.published if isinstance(one, CampaignBatchReady))
    world.publisher.published.remove(batch)
    await world.handle(batch)


async def pass_time(world: World, seconds: float) -> None:
    """Let time pass, second by second, with all that happens by the clock."""
    for _ in range(int(seconds)):
        world.clock.advance(1)
        await world.app.due_batches.publish_due()
        await world.wake_campaigns()
        await world.work()


async def planned(world: World, people: int, size: int = 100) -> None:
    """A ledger of so many planned people, in batches of a size."""
    await world.service()
    await world.write({paths.staff("acme", "viewer"): {"role": "viewer", "displayName": "V"}})
    await world.campaign()
    for number, first in enumerate(range(0, people, size)):
        uids = [f"p{one:06d}" for one in range(first, min(people, first + size))]
        fields = planned_batch_fields(
            service_id="acme",
            kind="individual",
            number=number,
            uids=uids,
            skipped={},
            at=world.clock.now(),
        )
        await world.write({paths.campaign_batch("c1", ids.campaign_batch_id("c1", number)): fields})
