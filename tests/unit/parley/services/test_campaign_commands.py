"""Staff stop, resume and cancel campaigns, schedule them and hold their pace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.store import Update
from schema import paths
from schema.events import CampaignBatchReady
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    message_counts,
    recipients_of,
    status_of,
)
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


async def test_a_cancelled_campaign_skips_whoever_is_left_with_a_reason(world: World) -> None:
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


@pytest.mark.parametrize("per_minute", [60, 600, 6_000])
async def test_a_throttle_holds_over_every_window_of_ten_seconds(
    world: World, per_minute: int
) -> None:
    await begin(world, people=200, throttle={"perMinute": per_minute})
    seen = [0]
    for _ in range(40):
        await pass_time(world, 1)
        seen.append(len(message_counts(world)))
    share = per_minute / 60
    for start in range(len(seen) - 10):
        assert seen[start + 10] - seen[start] <= share * 10 + max(1, share)
    assert seen[-1] >= min(200, share * 35)


async def test_a_throttled_campaign_that_is_paused_and_resumed_neither_ends_early_nor_starts_over(
    world: World,
) -> None:
    await begin(world, people=20, throttle={"perMinute": 60})
    await pass_time(world, 5)
    await command(world, "pause")
    await pass_time(world, 30)
    paused = len(message_counts(world))
    assert 4 <= paused <= 7
    await command(world, "resume")
    await pass_time(world, 3)
    assert status_of(world).state == "running"
    assert paused < len(message_counts(world)) <= paused + 4
    await pass_time(world, 30)
    assert status_of(world).state == "completed"
    assert set(message_counts(world).values()) == {1}


async def test_people_outside_their_hours_are_held_and_get_it_when_they_open(world: World) -> None:
    uids = await world.service(people=2)
    zones = {uids[0]: "Europe/Berlin", uids[1]: "America/New_York"}
    for uid, zone in zones.items():
        await world.store.commit([Update(paths.service_user("acme", uid), {"timeZone": zone})])
    window = {"from": "09:00", "to": "20:00", "timeZone": "recipient"}
    await world.campaign(schedule={"window": window})
    await world.app.run_campaigns.run("c1")
    await world.work()

    held = recipients_of(world)[uids[1]]
    assert (held["state"], held["reason"]) == ("held", "outsideWindow")
    assert held["until"].isoformat() == "2026-01-05T14:00:00+00:00"
    assert status_of(world).state == "running"
    assert status_of(world).counts.held == 1
    assert_sums(world)

    world.clock.advance(5 * 3600 - 10)
    await pass_time(world, 30)
    assert status_of(world).state == "completed"
    assert message_counts(world) == dict.fromkeys(uids, 1)


async def test_whoever_is_held_when_the_campaign_expires_is_skipped(world: World) -> None:
    await world.service(people=2)
    expires = world.clock.now() + timedelta(minutes=5)
    window = {"from": "20:00", "to": "21:00", "timeZone": "UTC"}
    await world.campaign(schedule={"window": window, "expireAt": expires})
    await world.app.run_campaigns.run("c1")
    await world.work()
    world.clock.advance(290)
    await pass_time(world, 30)
    assert status_of(world).state == "completed"
    assert status_of(world).skipped_by == {"expired": 2}


async def test_a_person_at_the_service_s_cap_is_skipped_over_all_campaigns(world: World) -> None:
    await world.service(people=2)
    cap = {"count": 1, "days": 7}
    await world.store.commit([Update(paths.service("acme"), {"frequencyCap": cap})])
    for number in (1, 2):
        await world.campaign(f"c{number}")
        await world.app.run_campaigns.run(f"c{number}")
        await world.work()
    assert status_of(world, "c2").skipped_by == {"frequencyCap": 2}
    await world.campaign("c3", purpose="transactional")
    await world.app.run_campaigns.run("c3")
    await world.work()
    assert status_of(world, "c3").counts.sent == 2
    world.clock.advance(8 * 86_400)
    await world.campaign("c4")
    await world.app.run_campaigns.run("c4")
    await world.work()
    assert status_of(world, "c4").counts.sent == 2


async def test_a_waiting_campaign_costs_less_than_a_read_a_minute(world: World) -> None:
    start = world.clock.now() + timedelta(hours=1)
    await begin(world, people=2, schedule={"startAt": start})
    before = world.store.counts
    await world.app.run_campaigns.run("c1")
    per_run = (world.store.counts - before).reads
    before = world.store.counts
    for _ in range(30):
        world.clock.advance(60)
        await world.wake_campaigns()
        await world.work()
    spent = world.store.counts - before
    assert per_run >= 3
    assert spent.reads <= 30 * (1 + 2), "one for all campaigns; a pass for commands takes two"
    assert spent.writes == 0
