"""Whatever staff command, crashes, repeats or reorders: sums hold, and once is once."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.store import Update
from parley.testing.faults import StoreCall
from schema import paths
from schema.reasons import CampaignState
from tests.unit.parley.services.campaigns_seen import message_counts, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld

PEOPLE = 23

JOBS: list[dict[str, Any]] = [
    {},
    {"throttle": {"perMinute": 240}},
    {"schedule": {"window": {"from": "07:30", "to": "09:01", "timeZone": "UTC"}}},
]

STEPS = st.sampled_from(
    ["handle", "handle", "handle", "repeat", "pause", "resume", "cancel", "tick", "minute", "crash"]
)


class Crash(ParleyError):
    """The process died here."""


async def settle(world: TwinWorld) -> None:
    """Resume, and let a day pass with living workers."""
    await command(world, "resume")
    for _ in range(40):
        world.clock.advance(3)
        await pass_by_the_clock(world)
    for _ in range(26):
        world.clock.advance(3_600)
        await pass_by_the_clock(world)


async def pass_by_the_clock(world: TwinWorld) -> None:
    await world.app.due_batches.publish_due()
    await world.wake_campaigns()
    await world.work()


async def command(world: TwinWorld, name: str) -> None:
    await world.store.commit([Update(paths.campaign("c1"), {"command": name})])


async def act(world: TwinWorld, step: str, chance: random.Random) -> None:
    published = world.publisher.published
    match step:
        case "handle" if published:
            await world.handle(published.pop(chance.randrange(len(published))))
        case "repeat" if published:
            await world.handle(chance.choice(published))
        case "pause" | "resume" | "cancel":
            await command(world, step)
            await world.app.run_campaigns.run("c1")
        case "tick":
            world.clock.advance(1)
            await world.app.due_batches.publish_due()
            await world.app.campaign_progress.refresh_marked()
        case "minute":
            world.clock.advance(60)
            await world.wake_campaigns()
        case "crash" if published:
            left = chance.randrange(6)

            def die(call: StoreCall) -> None:
                nonlocal left
                if call.operation == "commit":
                    left -= 1
                    if left < 0:
                        raise Crash

            world.store.faults.append(die)
            try:
                await world.handle(chance.choice(published))
            except Crash:
                pass
            finally:
                world.store.faults.clear()


def check(world: TwinWorld) -> None:
    messages = message_counts(world)
    assert set(messages.values()) <= {1}
    if world.store.document(paths.campaign_status("c1")) is None:
        return
    reached = {
        uid
        for uid, entry in recipients_of(world).items()
        if entry["state"] in ("sent", "delivered", "read", "replied")
    }
    assert reached == set(messages), "the ledger knows exactly who has a message"


async def run(job: dict[str, Any], steps: list[str], seed: int) -> None:
    chance = random.Random(seed)
    world = TwinWorld(batch_size=10)
    await world.service(people=PEOPLE)
    world.clock.advance(30)
    await world.campaign(**job)
    await world.app.run_campaigns.run("c1")
    for step in steps:
        await act(world, step, chance)
        check(world)
        if status_of(world).state is CampaignState.PAUSED:
            before = len(message_counts(world))
            await world.work()
            assert len(message_counts(world)) == before, "nothing is begun while it is paused"
    await settle(world)
    check(world)
    status = status_of(world)
    assert status.counts.total == status.audience_count
    assert status.state.is_final
    assert status.counts.planned == status.counts.held == status.counts.sending == 0
    if "cancel" not in steps:
        assert status.state is CampaignState.COMPLETED
        assert len(message_counts(world)) == PEOPLE


@settings(max_examples=40, deadline=timedelta(seconds=30))
@given(job=st.sampled_from(JOBS), steps=st.lists(STEPS, max_size=25), seed=st.integers(0, 1_000))
def test_a_campaign_ends_with_everybody_reached_once_or_told_why(
    job: dict[str, Any], steps: list[str], seed: int
) -> None:
    asyncio.run(run(job, steps, seed))
