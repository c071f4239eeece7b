"""A batch that the same process wrote is notified without reading it, unless it has changed."""

from __future__ import annotations

import pytest

from parley.errors import Conflict, StoreUnavailable
from parley.store import Update
from parley.testing.faults import failing, lost_answer
from schema import paths
from schema.events import CampaignBatchReady, CampaignBatchSent
from schema.patches import PathPatch
from tests.unit.parley.services.campaigns_driven import begin
from tests.unit.parley.services.campaigns_seen import recipients_of
from tests.unit.parley.services.conftest import TwinWorld as World


async def written(world: World, people: int = 2) -> CampaignBatchSent:
    """Write the one batch of a campaign, whose people have a device each."""
    await begin(world, people=people)
    (batch,) = [one for one in world.publisher.take() if isinstance(one, CampaignBatchReady)]
    for number in range(people):
        await world.person(f"p{number:04d}", f"token-{number}")
    await world.handle(batch)
    (sent,) = [one for one in world.publisher.take() if isinstance(one, CampaignBatchSent)]
    return sent


async def notify(world: World, job: CampaignBatchSent) -> None:
    await world.app.notify_campaign_batches.notify("c1", job.batch_id, job.previews)


def batches_read(world: World) -> int:
    return world.store.counts.of("reads", "campaignStatus/batches")


async def test_a_batch_that_was_just_written_is_not_read(world: World) -> None:
    job = await written(world)
    before = batches_read(world)

    await notify(world, job)

    assert batches_read(world) == before
    assert {one.device.uid for one in world.sender.sent} == {"p0000", "p0001"}
    assert {one["push"] for one in recipients_of(world).values()} == {"handedOver"}


async def test_a_repeat_reads_the_batch_and_pushes_to_nobody_again(world: World) -> None:
    job = await written(world)
    await notify(world, job)
    before = batches_read(world)

    await notify(world, job)

    assert batches_read(world) == before + 1
    assert len(world.sender.sent) == 2


async def test_a_batch_that_changed_meanwhile_is_read_and_notified_as_it_stands(
    world: World,
) -> None:
    job = await written(world)
    path = paths.campaign_batch("c1", job.batch_id)
    changed: PathPatch = {("recipients", "p0000", "state"): "read"}
    await world.store.commit([Update(path, changed)])

    await notify(world, job)

    assert [one.device.uid for one in world.sender.sent] == ["p0001"]


async def test_a_claim_whose_answer_is_lost_is_not_taken_for_a_change(world: World) -> None:
    job = await written(world)
    world.store.faults.append(lost_answer())
    with pytest.raises(Conflict):
        await notify(world, job)
    assert world.sender.sent == []

    await notify(world, job)

    assert {one.sound for one in world.sender.sent} == {None}
    assert len(world.sender.sent) == 2


async def test_a_process_that_fails_before_its_claim_leaves_the_batch_to_be_notified(
    world: World,
) -> None:
    job = await written(world)
    world.store.faults.append(failing(StoreUnavailable("away"), moment="before"))
    with pytest.raises(StoreUnavailable):
        await notify(world, job)

    await notify(world, job)

    assert len(world.sender.sent) == 2
