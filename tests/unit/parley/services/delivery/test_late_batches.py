"""A campaign's next batch begins while the last few pushes of one wait to be tried again."""

from __future__ import annotations

import pytest

from parley.domain.delivery.push import PushFate
from parley.services.delivery.late_batches import FEW_LEFT, LateBatch
from parley.services.delivery.push_orders import PushIncomplete
from schema import paths
from schema.events import CampaignBatchReady, CampaignBatchSent
from tests.unit.parley.services.campaigns_driven import begin
from tests.unit.parley.services.campaigns_seen import recipients_of
from tests.unit.parley.services.conftest import TwinWorld as World

PEOPLE = 20


@pytest.fixture
async def job(world: World) -> CampaignBatchSent:
    """The one batch of a campaign is written; its people have a device each."""
    await begin(world, people=PEOPLE)
    (batch,) = [one for one in world.publisher.take() if isinstance(one, CampaignBatchReady)]
    for number in range(PEOPLE):
        await world.person(f"p{number:04d}", f"token-{number}")
    await world.handle(batch)
    (sent,) = [one for one in world.publisher.take() if isinstance(one, CampaignBatchSent)]
    return sent


def postpone(world: World, people: int) -> None:
    for number in range(people):
        world.sender.give(f"token-{number}", PushFate.RETRY, PushFate.ACCEPTED)


async def notify(world: World, job: CampaignBatchSent) -> LateBatch | None:
    return await world.app.late_batches.notify("c1", job.batch_id, job.previews)


def handed_over(world: World) -> int:
    return [one.get("push") for one in recipients_of(world).values()].count("handedOver")


async def test_a_batch_that_is_done_leaves_nothing_to_wait_for(
    world: World, job: CampaignBatchSent
) -> None:
    assert await notify(world, job) is None
    assert handed_over(world) == PEOPLE


async def test_a_few_pushes_that_wait_do_not_hold_up_the_next_batch(
    world: World, job: CampaignBatchSent
) -> None:
    postpone(world, FEW_LEFT)

    late = await notify(world, job)

    assert late is not None
    assert len(world.sender.sent) == PEOPLE
    await late.wait()
    assert len(world.sender.sent) == PEOPLE + FEW_LEFT
    assert handed_over(world) == PEOPLE


async def test_many_pushes_that_wait_hold_it_up_as_in_an_outage(
    world: World, job: CampaignBatchSent
) -> None:
    postpone(world, FEW_LEFT + 1)

    assert await notify(world, job) is None
    assert handed_over(world) == PEOPLE


async def test_what_the_provider_still_refuses_is_told_to_who_waits(
    world: World, job: CampaignBatchSent
) -> None:
    world.sender.give("token-0", PushFate.RETRY)

    late = await notify(world, job)

    assert late is not None
    with pytest.raises(PushIncomplete):
        await late.wait()
    assert handed_over(world) == PEOPLE - 1


async def test_a_batch_lets_go_of_the_devices_that_it_needs_no_more(
    world: World, job: CampaignBatchSent
) -> None:
    postpone(world, 1)
    world.sender.give("token-5", PushFate.DEAD_TOKEN)
    pushes = world.app.late_batches._notify._push

    late = await notify(world, job)

    assert late is not None
    assert 0 < pushes._devices.in_hand < 2_000
    assert not world.at(paths.push_tokens("p0005"))["devices"]
    await late.wait()
    assert pushes.in_hand == 0
