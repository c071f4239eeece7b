"""Throttles, budgets, sending windows and caps hold what a campaign sends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.store import Update
from parley.store.counting import Counts
from schema import paths
from tests.unit.parley.services.campaigns_driven import begin, command, pass_time
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    message_counts,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World


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


async def test_people_who_are_held_when_the_campaign_expires_are_skipped(world: World) -> None:
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


async def half_an_hour(world: World) -> Counts:
    """Return what the passes of upkeep that look at campaigns cost in half an hour."""
    tasks = {
        task.name: task
        for task in world.app.upkeep().tasks
        if task.name in ("dueCampaigns", "commands")
    }
    assert len(tasks) == 2
    before = world.store.counts
    for second in range(1, 30 * 60 + 1):
        world.clock.advance(1)
        for task in tasks.values():
            if second % task.period.total_seconds() == 0:
                await task.run(world.clock.now())
    await world.work()
    return world.store.counts - before


WAITING: dict[str, dict[str, Any]] = {
    "scheduled": {},
    "paused": {"command": "pause"},
    "throttled": {"throttle": {"perMinute": 1}},
    "outside its hours": {
        "schedule": {"window": {"from": "20:00", "to": "21:00", "timeZone": "UTC"}}
    },
}


@pytest.mark.parametrize("name", WAITING)
async def test_a_waiting_campaign_costs_at_most_a_read_a_minute(world: World, name: str) -> None:
    job = dict(WAITING[name])
    if name == "scheduled":
        job = {"schedule": {"startAt": world.clock.now() + timedelta(hours=2)}}
    idle = await half_an_hour(world)
    await begin(world, people=2, **job)
    await world.work()

    waiting = await half_an_hour(world)

    assert waiting.reads - idle.reads <= 30
    if name != "throttled":
        assert waiting.writes == idle.writes == 0


async def test_the_campaigns_of_a_service_share_its_budget(world: World) -> None:
    await world.service(people=60)
    await world.store.commit([Update(paths.service("acme"), {"budgets": {"chat": 60}})])
    for number in (1, 2):
        await world.campaign(f"c{number}", throttle={"perMinute": 6_000})
        await world.app.run_campaigns.run(f"c{number}")
    seen = [0]
    for _ in range(20):
        await pass_time(world, 1)
        seen.append(sum(message_counts(world).values()))
    assert 15 <= seen[-1] <= 2 * 60
    for start in range(len(seen) - 10):
        assert seen[start + 10] - seen[start] <= 10 + 60, "a batch at most at once beyond the share"
