"""W3: a campaign's fan-out as a ratio to the raw-commit ceiling and to Google's client library."""

from __future__ import annotations

import asyncio
import cProfile
import gc
import os
import pstats
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bench.campaign_site import CampaignSite, Read, RecordingStore
from bench.figures import Contestant, Sample, process_cpu_seconds
from bench.rivals.campaign_writes import (
    commit_raw,
    prebuilt,
    prebuilt_reads,
    read_and_commit_raw,
    write_by_async_client,
    write_by_bulk_writer,
)
from parley.store import Write

PARLEY, RAW, READING = "parley", "raw commits", "raw reads and commits"
BULK, ASYNC = "BulkWriter", "AsyncClient"

BULK_PEOPLE = 300
"""BulkWriter's ramp begins at 500 writes a second; more people would only make it wait longer."""

_IDLE_SECONDS, _IDLE_SHARE, _IDLE_LOOKS = 0.2, 0.05, 25


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. ``emulator_pid`` None leaves the emulator's CPU at nothing.

    The emulator's JVM compiles as it goes: a fresh one takes four times the CPU, and is down to
    what it keeps to after some 20,000 people. ``warming`` rounds come before, uncounted.
    """

    emulator_host: str
    people: int = 3_000
    rounds: int = 5
    warming: int = 10
    emulator_pid: int | None = None


async def timed(plan: Plan, amount: int, work: Callable[[], Awaitable[None]]) -> Sample:
    """Do it once; by the wall, by the CPU of this process and by the emulator's."""
    gc.collect()
    await _idle(plan.emulator_pid)
    theirs = process_cpu_seconds(plan.emulator_pid)
    began, cpu = time.perf_counter(), time.process_time()
    await work()
    return Sample(
        amount,
        time.perf_counter() - began,
        time.process_time() - cpu,
        process_cpu_seconds(plan.emulator_pid) - theirs,
    )


async def _idle(pid: int | None) -> None:
    """Wait until the emulator has done with what came before: its own garbage, above all."""
    for _ in range(_IDLE_LOOKS):
        before = process_cpu_seconds(pid)
        await asyncio.sleep(_IDLE_SECONDS)
        if process_cpu_seconds(pid) - before <= _IDLE_SHARE * _IDLE_SECONDS:
            return


CASES = {"first contact": False, "existing chats": True}
"""Whether the people of a campaign have a chat with the service already."""


async def measure(plan: Plan, *, has_chats: bool) -> list[dict[str, Any]]:
    """One case, as a table of rows.

    It wants an emulator of its own: what was written stays on its heap, deleted or not.
    """
    # The client library finds the emulator by the vendor's own variable.
    os.environ["FIRESTORE_EMULATOR_HOST"] = plan.emulator_host
    laid_by = await _laid_by(plan, has_chats=has_chats)
    work: list[tuple[str, Callable[[], Awaitable[Sample]]]] = [
        (PARLEY, lambda: _parley(plan, has_chats=has_chats)),
        (RAW, lambda: _raw(plan, laid_by)),
        (READING, lambda: _reading(plan, laid_by)),
        (ASYNC, lambda: _async_client(plan, laid_by)),
        (BULK, lambda: _bulk_writer(plan, laid_by)),
    ]
    contestants = {name: Contestant(name) for name, _ in work}
    for _ in range(plan.warming):
        await _parley(plan, has_chats=has_chats)
        await _reading(plan, laid_by)
    for number in range(plan.rounds):
        # In another order each time, since what ran before leaves garbage to the emulator.
        for shift in range(len(work)):
            name, one = work[(number + shift) % len(work)]
            contestants[name].samples.append(await one())
    parley = contestants[PARLEY]
    others = {name: contestants[name] for name in (RAW, READING, ASYNC, BULK)}
    rows = [parley.row(others), *(one.row({}) for one in others.values())]
    return rows


@dataclass(slots=True)
class LaidBy:
    """What a run did: what the measured commits need to find there, and those with their reads."""

    before: list[list[Write]]
    reads: list[Read]
    measured: list[list[Write]]


async def _laid_by(plan: Plan, *, has_chats: bool) -> LaidBy:
    site = CampaignSite(plan.emulator_host)
    store = RecordingStore(site.store)
    await site.seed(plan.people)
    app = site.app(store)
    before: list[list[Write]] = []
    for campaign_id in ("first", "second") if has_chats else ("first",):
        before += store.take()[1]
        batches = await site.plan(campaign_id, app)
        before += store.take()[1]
        await site.send(app, batches)
    await site.store.close()
    return LaidBy(before, *store.take())


async def _parley(plan: Plan, *, has_chats: bool) -> Sample:
    site = CampaignSite(plan.emulator_host)
    await site.seed(plan.people)
    app = site.app()
    if has_chats:
        await site.send(app, await site.plan("first", app))
    batches = await site.plan("second", app)
    sample = await timed(plan, plan.people, lambda: site.send(app, batches))
    await site.store.close()
    return sample


async def _raw(plan: Plan, laid_by: LaidBy) -> Sample:
    site = CampaignSite(plan.emulator_host)
    await site.seed(plan.people)
    await _prepare(site, laid_by)
    requests = prebuilt(site, laid_by.measured)
    sample = await timed(plan, plan.people, lambda: commit_raw(site, requests))
    await site.store.close()
    return sample


async def _reading(plan: Plan, laid_by: LaidBy) -> Sample:
    site = CampaignSite(plan.emulator_host)
    await site.seed(plan.people)
    await _prepare(site, laid_by)
    reads, commits = prebuilt_reads(site, laid_by.reads), prebuilt(site, laid_by.measured)
    sample = await timed(plan, plan.people, lambda: read_and_commit_raw(site, reads, commits))
    await site.store.close()
    return sample


async def _async_client(plan: Plan, laid_by: LaidBy) -> Sample:
    site = CampaignSite(plan.emulator_host)
    sample = await timed(plan, plan.people, lambda: write_by_async_client(site, laid_by.measured))
    await site.store.close()
    return sample


async def _bulk_writer(plan: Plan, laid_by: LaidBy) -> Sample:
    site = CampaignSite(plan.emulator_host)
    people = min(BULK_PEOPLE, plan.people)
    commits = laid_by.measured[: max(1, people // 100)]
    amount = sum(1 for writes in commits for write in writes if "/messages/" in write.path)
    sample = await timed(
        plan, amount, lambda: asyncio.to_thread(write_by_bulk_writer, site, commits)
    )
    await site.store.close()
    return sample


async def _prepare(site: CampaignSite, laid_by: LaidBy) -> None:
    """The tree as the measured commits found it: people, planned ledger, chats if there were."""
    for request in prebuilt(site, laid_by.before):
        await site.store.commit_request(request)


def profile(plan: Plan) -> None:
    """Where our own Python goes, by cumulative time."""

    async def work() -> None:
        site = CampaignSite(plan.emulator_host)
        await site.seed(plan.people)
        app = site.app()
        batches = await site.plan("profiled", app)
        profiler = cProfile.Profile()
        profiler.enable()
        await site.send(app, batches)
        profiler.disable()
        await site.store.close()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(28)

    asyncio.run(work())
