"""Campaigns with SMS under crashes, commands, repeats and reports, in any order.

The provider's own record is the judge of what went out.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.domain.access import Refused, UserCaller
from parley.domain.campaign_requests import RetryFailed
from parley.domain.delivery.job_answers import Accepted, Answer
from parley.domain.delivery.job_answers import Refused as Failed
from parley.errors import Conflict, ParleyError, RetryableError
from parley.store import Update
from parley.testing.faults import StoreCall
from parley.testing.in_memory_jobs import WorkerDied
from parley.testing.in_memory_sms import SmsFate
from schema import ids, paths
from schema.events import Payload
from schema.reasons import CampaignState
from tests.unit.parley.services.campaigns.sms_campaigns import people, phone
from tests.unit.parley.services.campaigns_seen import assert_sums, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld

STAFF = UserCaller("staff1")

RECORDS: list[dict[str, Any]] = [
    {},
    {"device": True},
    {"phone": None},
    {"phone": None, "device": True},
    {"phone": phone(0)},
    {"phone": phone(1)},
    {"phone": "+12530001"},
    {"consents": {}},
    {"device": True, "consents": {}},
    {},
    {"device": True},
]

JOBS: list[dict[str, Any]] = [
    {"channels": ["sms"]},
    {"channels": ["sms"], "throttle": {"perMinute": 240}},
    {"channels": ["chat", "sms"]},
    {"channels": ["sms", "chat"]},
    {"channels": ["chat", "sms"], "fallback": {"afterMinutes": 2}},
    {"channels": ["sms", "chat"], "fallback": {"afterMinutes": 2}},
]

FATES: st.SearchStrategy[list[SmsFate]] = st.lists(
    st.sampled_from(
        ["accept", "busy", "refuse", "loseAnswer", "loseCall", "dieBefore", "dieAfter"]
    ),
    max_size=6,
)
STEPS = st.sampled_from(
    [
        "handle",
        "handle",
        "handle",
        "repeat",
        "lose",
        "pause",
        "resume",
        "cancel",
        "tick",
        "minute",
        "crash",
        "crash",
        "restart",
        "report",
        "retry",
    ]
)


class Crash(ParleyError):
    """The process died here."""


async def pass_by_the_clock(world: TwinWorld) -> None:
    await world.app.due_batches.publish_due()
    await world.app.due_jobs.publish_due()
    await world.wake_campaigns()
    await work(world)


async def work(world: TwinWorld) -> None:
    """Handle what is published, with workers that may die at the provider.

    What fails for now comes back at the next pass.
    """
    again: list[Payload] = []
    while world.publisher.published:
        for payload in world.publisher.take():
            try:
                await world.handle(payload)
            except WorkerDied:
                world.app = world.new_process()
            except (RetryableError, Conflict):
                again.append(payload)
    await world.publisher.publish(again)
    await world.app.campaign_sms.record_noted()
    await world.app.campaign_progress.refresh_marked()


async def command(world: TwinWorld, name: str) -> None:
    await world.store.commit([Update(paths.campaign("c1"), {"command": name})])


async def act(
    world: TwinWorld, step: str, chance: random.Random, failed: set[tuple[str, int]]
) -> None:
    published = world.publisher.published
    match step:
        case "handle" if published:
            await world.handle(published.pop(chance.randrange(len(published))))
        case "repeat" if published:
            await world.handle(chance.choice(published))
        case "lose" if published:
            published.pop(chance.randrange(len(published)))
        case "pause" | "resume" | "cancel":
            await command(world, step)
            await world.app.run_campaigns.run("c1")
        case "tick":
            world.clock.advance(1)
            await world.app.due_batches.publish_due()
            await world.app.campaign_sms.record_noted()
            await world.app.campaign_progress.refresh_marked()
        case "minute":
            world.clock.advance(60)
            await world.wake_campaigns()
        case "restart":
            world.app = world.new_process()
        case "report" if world.sms.sent:
            await report(world, chance, failed)
        case "retry" if world.store.document(paths.campaign_status("c1")):
            with suppress(Refused):
                request = RetryFailed(campaign_id="c1")
                await world.app.retry_failed.retry(caller=STAFF, request=request)
        case "crash" if published:
            left = chance.randrange(8)
            moment = chance.choice(["before", "after"])

            def die(call: StoreCall) -> None:
                nonlocal left
                if call.operation == "commit" and call.moment == moment:
                    left -= 1
                    if left < 0:
                        raise Crash

            world.store.faults.append(die)
            try:
                await world.handle(chance.choice(published))
            finally:
                world.store.faults.clear()
                world.app = world.new_process()


async def report(world: TwinWorld, chance: random.Random, failed: set[tuple[str, int]]) -> None:
    """A callback about some SMS that went out, late and repeated as they are."""
    sent = chance.choice(world.sms.sent)
    campaign_id, uid = sent.path.split("/")[1], sent.path.split("/")[3]
    status = chance.choice(["sent", "delivered", "undelivered"])
    info = {"messageSid": sent.sid, "status": status}
    answer: Answer = Accepted(info)
    if status == "undelivered":
        failed.add((sent.path, sent.attempt.attempt))
        answer = Failed("30003", "off", info)
    job_id = ids.campaign_sms_job_id(campaign_id, uid)
    await world.app.sms_jobs.settle(job_id, answer, sent.attempt.attempt)
    world.app.campaign_sms.note(job_id)


async def settle(world: TwinWorld) -> None:
    """Resume, and let two days pass with living workers."""
    await command(world, "resume")
    for seconds, times in ((3, 60), (60, 30), (600, 12), (3_600, 50)):
        for _ in range(times):
            world.clock.advance(seconds)
            await pass_by_the_clock(world)


def check(world: TwinWorld, failed: set[tuple[str, int]]) -> None:
    calls: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for one in world.sms.sent:
        calls[one.request.to].append((one.path, one.attempt.attempt))
    for before in calls.values():
        assert set(before[:-1]) <= failed, "a second SMS for a number whose first may have come"
    attempts = Counter((one.path, one.attempt.attempt) for one in world.sms.sent)
    assert set(attempts.values()) <= {1}, "one call for each attempt"
    messages = Counter(
        path.split("/")[1].partition(":")[0]
        for path in world.store.paths()
        if path.startswith("chatMessages/")
    )
    assert set(messages.values()) <= {1}
    if world.store.document(paths.campaign_status("c1")) is None:
        return
    for uid, entry in recipients_of(world).items():
        tried = [entry, *entry.get("attempts", ())]
        by_chat = any(one.get("channel") == "chat" for one in tried)
        assert by_chat == (uid in messages), "the ledger knows who has a message"
        if entry.get("channel") == "sms" and entry["state"] in ("sent", "delivered"):
            assert any(one.path == paths.campaign_sms("c1", uid) for one in world.sms.sent)


async def run(job: dict[str, Any], steps: list[str], fates: list[SmsFate], seed: int) -> None:
    chance, failed = random.Random(seed), set[tuple[str, int]]()
    world = TwinWorld(batch_size=4)
    world.sms.fates = list(fates)
    await people(world, *RECORDS)
    world.clock.advance(30)
    await world.campaign(kind="oneWay", **job)
    await world.app.run_campaigns.run("c1")
    for step in steps:
        try:
            await act(world, step, chance, failed)
        except (RetryableError, Conflict):
            pass
        except (Crash, WorkerDied):
            world.app = world.new_process()
        check(world, failed)
    await settle(world)
    check(world, failed)
    assert_sums(world)
    status = status_of(world)
    assert status.state.is_final
    counts = status.counts
    assert counts.planned == counts.held == counts.sending == 0
    has_errors = counts.failed + counts.unknown > 0
    if status.state is not CampaignState.CANCELLED:
        assert (status.state is CampaignState.COMPLETED_WITH_ERRORS) == has_errors
    assert sum(status.failed_by.values()) == counts.failed
    assert sum(status.skipped_by.values()) == counts.skipped


@settings(
    max_examples=60, deadline=timedelta(seconds=30), suppress_health_check=[HealthCheck.too_slow]
)
@given(
    job=st.sampled_from(JOBS),
    steps=st.lists(STEPS, max_size=25),
    fates=FATES,
    seed=st.integers(0, 1_000),
)
def test_everybody_gets_one_sms_at_most_and_every_campaign_ends(
    job: dict[str, Any], steps: list[str], fates: list[SmsFate], seed: int
) -> None:
    asyncio.run(run(job, steps, fates, seed))
