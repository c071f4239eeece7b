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


async def test_a_campaign_whose_planning_was_parked_has_failed_and_says_why(world: World) -> None:
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


async def test_a_planner_that_still_is_at_it_cannot_go_on_with_what_was_given_up(
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


async def test_a_process_that_died_while_giving_up_is_followed_by_one_that_ends_it(
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


async def test_a_running_campaign_whose_job_is_gone_ends_and_its_author_is_told(
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


async def test_payloads_that_name_nothing_leave_nothing_behind(world: World) -> None:
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
