"""A campaign whose own queue message is parked fails, or ends with errors."""

from __future__ import annotations

from typing import Any

import pytest

from parley.errors import PermanentError
from parley.store import SERVER_TIME, Delete
from parley.testing.faults import StoreCall, failing
from schema import paths
from schema.campaign_status import status_fields
from schema.events import CampaignBatchReady, CampaignBatchSent, CampaignQueued
from tests.unit.parley.services.campaigns_seen import (
    WHY,
    assert_sums,
    batches_of,
    message_counts,
    parked,
    planned,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_a_campaign_whose_planning_was_dead_lettered_fails_with_a_reason(
    world: World,
) -> None:
    await world.service(people=2_500)
    await world.campaign()
    pages = 0

    def die(call: StoreCall) -> None:
        nonlocal pages
        if call.operation == "commit" and any("/batches/" in one.path for one in call.writes):
            pages += call.moment == "before"
            if pages == 2:
                raise PermanentError("the query needs an index")

    world.store.faults.append(die)
    with pytest.raises(PermanentError):
        await world.app.run_campaigns.run("c1")
    world.store.faults.clear()

    await parked(world, CampaignQueued(campaign_id="c1"), "the query needs an index")
    await world.app.run_campaigns.run("c1")
    await world.work()

    status = status_of(world)
    assert status.state == "failed"
    assert status.finished_at is not None
    assert status.error is not None
    assert status.error.code == "givenUp"
    assert "needs an index" in status.error.message
    assert {held["state"] for held in recipients_of(world).values()} == {"failed"}
    assert status.failed_by == {"givenUp": 1_000}
    assert message_counts(world) == {}
    assert_sums(world)


async def test_a_running_planner_cannot_continue_a_given_up_plan(
    world: World,
) -> None:
    await world.service(people=2_500)
    await world.campaign()
    is_given_up = False

    async def give_up(call: StoreCall) -> None:
        nonlocal is_given_up
        plans = any("/batches/" in one.path for one in call.writes)
        if call.moment == "after" and plans and not is_given_up:
            is_given_up = True
            await parked(world, CampaignQueued(campaign_id="c1"))

    world.store.faults.append(give_up)
    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world).state == "failed"
    assert {held["state"] for held in recipients_of(world).values()} == {"failed"}
    assert_sums(world)


async def test_giving_up_continues_after_its_process_died(
    world: World,
) -> None:
    await world.service(people=2_500)
    await world.campaign()
    pages = 0

    def stop(call: StoreCall) -> None:
        nonlocal pages
        if call.operation == "commit" and any("/batches/" in one.path for one in call.writes):
            pages += call.moment == "before"
            if pages == 2:
                raise PermanentError("no")

    world.store.faults.append(stop)
    with pytest.raises(PermanentError):
        await world.app.run_campaigns.run("c1")
    world.store.faults[:] = [
        failing(RuntimeError("died"), where=lambda call: call.touches("campaignStatus/c1"))
    ]
    with pytest.raises(RuntimeError):
        await parked(world, CampaignQueued(campaign_id="c1"))

    with pytest.raises(PermanentError):
        await world.app.run_campaigns.run("c1")
    await parked(world, CampaignQueued(campaign_id="c1"))

    assert status_of(world).state == "failed"
    assert_sums(world)


async def test_a_running_campaign_without_a_job_ends_with_a_reason(
    world: World,
) -> None:
    batches = await planned(world)
    await world.handle(batches[0])
    await world.store.commit([Delete(paths.campaign("c1"))])
    with pytest.raises(PermanentError):
        await world.app.run_campaigns.run("c1")

    await parked(world, CampaignQueued(campaign_id="c1"), "campaignQueue/c1 does not exist")
    await world.work()

    status = status_of(world)
    assert status.state == "completedWithErrors"
    assert status.counts.sent == batches_of(world)[batches[0].batch_id].count
    assert status.error is not None
    assert "does not exist" in status.error.message
    assert_sums(world)


async def test_a_job_that_could_not_be_begun_gets_a_status(world: World) -> None:
    await world.service(people=1)
    await world.campaign()

    await parked(world, CampaignQueued(campaign_id="c1"))

    status = status_of(world)
    assert (status.state, status.service_id) == ("failed", "acme")
    assert status.error is not None
    assert WHY in status.error.message


async def test_payloads_about_missing_documents_write_nothing(world: World) -> None:
    before = world.store.paths()
    named = {"campaign_id": "c9", "batch_id": "b9", "service_id": "acme"}
    await parked(world, CampaignQueued(campaign_id="c9"))
    await parked(world, CampaignBatchReady(**named))  # type: ignore[arg-type]
    await parked(world, CampaignBatchSent(**named))  # type: ignore[arg-type]

    assert world.store.paths() == before


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"state": "planning", "epoch": "x", "batchCount": 0, "audienceCount": 0},
        {"state": "resting", "epoch": 0, "batchCount": 0, "audienceCount": 0},
    ],
)
async def test_a_plan_that_cannot_be_read_fails_its_campaign(
    world: World, plan: dict[str, Any]
) -> None:
    await world.service(people=1)
    await world.campaign()
    planning = status_fields(
        service_id="acme", name="n", kind="individual", state="planning", updated_at=SERVER_TIME
    )
    await world.write(
        {paths.campaign_plan("c1"): plan, paths.campaign_status("c1"): planning},
    )
    payload = CampaignQueued(campaign_id="c1")
    with pytest.raises(PermanentError) as problem:
        await world.handle(payload)

    await parked(world, payload, str(problem.value))

    assert status_of(world).state == "failed"
