"""A notify job that is older than its batch is acknowledged; the batch's own job follows it."""

from __future__ import annotations

from collections import Counter

from parley.domain.access import UserCaller
from parley.domain.campaign_requests import RetryFailed
from parley.store import Update
from schema import paths
from schema.events import CampaignBatchReady, CampaignBatchSent
from tests.unit.parley.services.campaigns_driven import begin, command, pass_time
from tests.unit.parley.services.campaigns_seen import batches_of, status_of
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_a_job_from_before_a_retry_changes_nothing_while_the_campaign_is_paused(
    world: World,
) -> None:
    await world.service(people=150)
    wrong = paths.service_user("acme", "p0000")
    await world.store.commit([Update(wrong, {"displayName": 5})])
    await world.campaign(throttle={"perMinute": 6_000})
    await world.app.run_campaigns.run("c1")
    await world.work()
    (stale,) = [one for one in world.publisher.take() if isinstance(one, CampaignBatchSent)]
    await command(world, "pause")
    await world.store.commit([Update(wrong, {"displayName": "Mended"})])
    caller, request = UserCaller("staff1"), RetryFailed(campaign_id="c1")
    assert (await world.app.retry_failed.retry(caller=caller, request=request)).people == 1
    assert {batch.state for batch in batches_of(world).values()} == {"planned"}
    before = world.store.counts

    await world.handle(stale)

    assert (world.store.counts - before).writes == 0
    await command(world, "resume")
    await pass_time(world, 20)
    assert status_of(world).counts.sent == 150
    pushes = Counter(push.device.token for push in world.sender.sent)
    assert len(pushes) == 150
    assert set(pushes.values()) == {1}


async def test_a_job_that_overtakes_its_batch_leaves_the_pushes_to_the_next(world: World) -> None:
    await begin(world, people=5)
    (ready,) = [one for one in world.publisher.take() if isinstance(one, CampaignBatchReady)]

    early = CampaignBatchSent(campaign_id="c1", batch_id=ready.batch_id, service_id="acme")
    await world.handle(early)
    assert world.sender.sent == []

    await world.handle(ready)
    await world.work()
    assert len(world.sender.sent) == 5
