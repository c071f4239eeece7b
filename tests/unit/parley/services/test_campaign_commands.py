"""Staff stop, resume and cancel campaigns, and schedule them."""

from __future__ import annotations

from datetime import timedelta

from parley.store import Update
from schema import paths
from tests.unit.parley.services.campaigns_driven import begin, command, handle_one_batch, pass_time
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    message_counts,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_a_paused_campaign_begins_no_batch_and_a_resumed_one_begins_where_it_stopped(
    world: World,
) -> None:
    await begin(world)
    await handle_one_batch(world)
    await command(world, "pause")
    await world.work()
    assert status_of(world).state == "paused"
    assert status_of(world).counts.sent == 100

    await pass_time(world, 100)
    assert status_of(world).counts.sent == 100
    assert_sums(world)

    await command(world, "resume")
    await world.work()
    assert status_of(world).state == "completed"
    assert set(message_counts(world).values()) == {1}
    assert len(message_counts(world)) == 300


async def test_a_pause_holds_before_any_worker_has_answered_it(world: World) -> None:
    await begin(world)
    await world.store.commit([Update(paths.campaign("c1"), {"command": "pause"})])

    await world.work()

    assert message_counts(world) == {}
    assert status_of(world).state == "paused"


async def test_a_cancelled_campaign_skips_those_who_are_left_with_a_reason(world: World) -> None:
    await begin(world)
    await handle_one_batch(world)
    await command(world, "cancel")
    await world.work()

    status = status_of(world)
    assert (status.state, status.counts.sent, status.skipped_by) == (
        "cancelled",
        100,
        {"cancelled": 200},
    )
    assert status.finished_at is not None
    assert_sums(world)
    await command(world, "resume")
    await world.work()
    assert len(message_counts(world)) == 100
    assert status_of(world).notice == "resume was ignored: the campaign is cancelled"


async def test_a_repeated_start_changes_nothing_and_says_nothing(world: World) -> None:
    await begin(world, people=3)
    await world.work()
    before = status_of(world)

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world) == before
    assert before.notice is None


async def test_a_command_that_does_not_fit_says_what_would(world: World) -> None:
    await begin(world)
    await command(world, "resume")
    assert status_of(world).notice == (
        "resume was ignored: the campaign is not paused; pause or cancel would fit"
    )
    await world.work()
    assert status_of(world).state == "completed"


async def test_a_scheduled_campaign_waits_for_its_start_and_takes_who_is_there_then(
    world: World,
) -> None:
    start = world.clock.now() + timedelta(seconds=90)
    await begin(world, people=3, schedule={"startAt": start})
    assert status_of(world).state == "scheduled"
    await world.write(
        {
            paths.service_user("acme", "late"): {
                "displayName": "L",
                "createdAt": start,
                "uid": "late",
            }
        }
    )

    await pass_time(world, 85)
    assert status_of(world).state == "scheduled"
    await pass_time(world, 10)

    assert status_of(world).state == "completed"
    assert status_of(world).counts.sent == 4


async def test_a_scheduled_campaign_may_be_paused_and_goes_back_to_scheduled(world: World) -> None:
    start = world.clock.now() + timedelta(seconds=90)
    await begin(world, people=3, schedule={"startAt": start})
    await command(world, "pause")
    await pass_time(world, 100)
    assert status_of(world).state == "paused"
    await command(world, "resume")
    await world.work()
    assert status_of(world).state == "completed"


async def test_a_scheduled_campaign_whose_audience_is_empty_by_then_ends_once(world: World) -> None:
    start = world.clock.now() + timedelta(seconds=30)
    await begin(world, people=0, schedule={"startAt": start})
    await pass_time(world, 60)
    finished = status_of(world).finished_at
    await pass_time(world, 60)
    assert status_of(world).state == "completed"
    assert status_of(world).finished_at == finished


async def test_a_campaign_that_expires_before_its_start_has_failed(world: World) -> None:
    now = world.clock.now()
    await world.service(people=2)
    await world.campaign(schedule={"expireAt": now - timedelta(seconds=1)})
    await world.app.run_campaigns.run("c1")
    status = status_of(world)
    assert status.state == "failed"
    assert status.error is not None
    assert status.error.code == "expired"


async def test_an_author_who_lost_the_right_by_the_start_sends_nothing(world: World) -> None:
    start = world.clock.now() + timedelta(seconds=30)
    await begin(world, people=2, schedule={"startAt": start})
    await world.write({paths.staff("acme", "staff1"): {"role": "agent", "displayName": "S"}})
    await pass_time(world, 60)
    status = status_of(world)
    assert status.state == "failed"
    assert status.error is not None
    assert status.error.code == "notAllowed"


async def test_a_campaign_whose_pushes_were_lost_after_its_end_notifies_them(world: World) -> None:
    await begin(world, people=150)
    for payload in world.publisher.take():
        await world.handle(payload)
    assert len(world.publisher.take()) == 2, "the notify jobs of both batches are lost"
    await world.app.campaign_progress.refresh_marked()
    assert status_of(world).state == "completed"

    await pass_time(world, 20)
    assert len(world.sender.sent) == 150
    await pass_time(world, 60)
    assert status_of(world).wake_at is None
