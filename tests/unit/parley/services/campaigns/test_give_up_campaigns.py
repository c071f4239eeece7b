"""What is parked leaves nothing waiting: people end, campaigns end, authors are told."""

from __future__ import annotations

import pytest

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.testing.faults import StoreCall, failing
from schema import paths
from schema.events import CampaignBatchSent
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


async def test_a_dead_lettered_batch_fails_its_people_and_the_campaign_ends(world: World) -> None:
    first, *others = await planned(world)
    count = batches_of(world)[first.batch_id].count

    await parked(world, first)
    world.publisher.published.extend(others)
    await world.work()

    status = status_of(world)
    assert status.state == "completedWithErrors"
    assert status.failed_by == {"givenUp": count}
    assert status.counts.sent == 250 - count
    assert status.error is not None
    assert (status.error.code, WHY in status.error.message) == ("givenUp", True)
    gone = [held for held in recipients_of(world).values() if held["state"] == "failed"]
    assert {(held["reason"], held["detail"]) for held in gone} == {("givenUp", WHY)}
    assert_sums(world)


async def test_a_campaign_with_only_dead_lettered_batches_ends(world: World) -> None:
    for payload in await planned(world):
        await parked(world, payload)
    await world.work()

    status = status_of(world)
    assert (status.state, status.counts.failed) == ("completedWithErrors", 250)
    assert message_counts(world) == {}
    assert_sums(world)


async def test_a_redriven_dead_letter_changes_nothing(world: World) -> None:
    payloads = await planned(world)
    for payload in payloads:
        await parked(world, payload)
    await world.work()
    await world.app.run_campaigns.run("c1")
    before = (recipients_of(world), status_of(world))

    for payload in payloads:
        await world.handle(payload)
        await parked(world, payload)
    await world.work()

    assert (recipients_of(world), status_of(world)) == before
    assert message_counts(world) == {}


async def test_a_partly_written_batch_fails_the_rest_and_pushes_to_the_reached(
    world: World,
) -> None:
    (payload,) = await planned(world, people=10)

    def outrace(call: StoreCall) -> None:
        bad = paths.message("p0004:service:acme", "c1:p0004")
        if call.operation == "commit" and call.touches(bad):
            raise Conflict("told to")

    world.store.faults.append(outrace)
    with pytest.raises(Conflict):
        await world.handle(payload)
    await parked(world, payload)
    await world.work()

    status = status_of(world)
    assert (status.counts.sent, status.failed_by) == (9, {"givenUp": 1})
    assert len(world.sender.sent) == 9
    assert {batch.state for batch in batches_of(world).values()} == {"done"}
    assert_sums(world)


async def test_a_batch_written_meanwhile_stays_unchanged(world: World) -> None:
    (payload,) = await planned(world, people=10)
    has_run = False

    async def run_another(call: StoreCall) -> None:
        nonlocal has_run
        ends = call.operation == "commit" and call.moment == "before"
        if ends and not has_run:
            has_run = True
            await world.handle(payload)

    world.store.faults.append(run_another)
    await parked(world, payload)
    await world.work()

    assert status_of(world).state == "completed"
    assert status_of(world).error is None
    assert message_counts(world) == {f"p{n:04d}": 1 for n in range(10)}


@pytest.mark.parametrize("error", [CommitOutcomeUnknown("lost"), Conflict("raced")])
async def test_giving_up_is_reported_once_despite_a_lost_answer(
    world: World, error: Exception
) -> None:
    (payload,) = await planned(world, people=10)
    moment = "after" if isinstance(error, CommitOutcomeUnknown) else "before"
    world.store.faults.append(failing(error, moment=moment))  # type: ignore[arg-type]

    await parked(world, payload)
    await world.work()

    status = status_of(world)
    assert status.failed_by == {"givenUp": 10}
    assert status.error is not None
    assert "10 people" in status.error.message


async def test_a_dead_lettered_notify_job_settles_open_pushes(world: World) -> None:
    (payload,) = await planned(world, people=3)
    await world.handle(payload)
    (job,) = world.publisher.take()
    assert isinstance(job, CampaignBatchSent)

    await parked(world, job)
    await world.handle(job)

    (batch,) = batches_of(world).values()
    assert batch.state == "done"
    assert {held.push for held in batch.recipients.values()} == {"failed"}
    assert {held.state for held in batch.recipients.values()} == {"sent"}
    assert world.sender.sent == []


async def test_claimed_pushes_of_a_dead_lettered_job_are_unconfirmed(
    world: World,
) -> None:
    (payload,) = await planned(world, people=3)
    await world.handle(payload)
    (job,) = world.publisher.take()
    die = failing(
        RuntimeError("died"),
        moment="after",
        where=lambda call: any("/batches/" in one.path for one in call.writes),
    )
    world.store.faults.append(die)
    with pytest.raises(RuntimeError):
        await world.handle(job)

    await parked(world, job)

    (batch,) = batches_of(world).values()
    assert {held.push for held in batch.recipients.values()} == {"unconfirmed"}
    assert batch.push_claimed_at is None
