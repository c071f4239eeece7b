"""W3: a campaign's fan-out as a ratio to the raw-commit ceiling and to Google's client library."""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bench.campaign_site import CampaignSite, RecordingStore
from bench.figures import Contestant, Sample
from bench.rivals import commit_raw, prebuilt, write_by_async_client, write_by_bulk_writer
from parley.domain.ports import Set, Write

PARLEY, RAW, BULK, ASYNC = "parley", "raw commits", "BulkWriter", "AsyncClient"

BULK_PEOPLE = 300
"""BulkWriter's ramp begins at 500 writes a second; more people would only make it wait longer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    emulator_host: str
    people: int = 3_000
    rounds: int = 5


async def timed(amount: int, work: Callable[[], Awaitable[None]]) -> Sample:
    """Do it once, by the wall and by this process' CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    await work()
    return Sample(amount, time.perf_counter() - began, time.process_time() - cpu)


async def measure(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Both cases, each a table of rows."""
    # The client library finds the emulator by the vendor's own variable.
    os.environ["FIRESTORE_EMULATOR_HOST"] = plan.emulator_host
    return {
        "first contact": await _measure_case(plan, has_chats=False),
        "existing chats": await _measure_case(plan, has_chats=True),
    }


async def _measure_case(plan: Plan, *, has_chats: bool) -> list[dict[str, Any]]:
    laid_by = await _laid_by(plan, has_chats=has_chats)
    contestants = {name: Contestant(name) for name in (PARLEY, RAW, ASYNC, BULK)}
    # One round before, uncounted: the emulator's JVM compiles as it goes.
    for number in range(plan.rounds + 1):
        samples = {
            PARLEY: await _parley(plan, has_chats=has_chats),
            RAW: await _raw(plan, laid_by),
            ASYNC: await _async_client(plan, laid_by),
            BULK: await _bulk_writer(plan, laid_by),
        }
        for name, sample in samples.items():
            if number:
                contestants[name].samples.append(sample)
    parley = contestants[PARLEY]
    others = {name: contestants[name] for name in (RAW, ASYNC, BULK)}
    rows = [parley.row(others), *(one.row({}) for one in others.values())]
    return rows


@dataclass(slots=True)
class LaidBy:
    """What a run committed: the chats of a first contact, and the commits that are measured."""

    before: list[list[Write]]
    measured: list[list[Write]]


async def _laid_by(plan: Plan, *, has_chats: bool) -> LaidBy:
    site = CampaignSite(plan.emulator_host)
    store = RecordingStore(site.store)
    await site.seed(plan.people)
    app = site.app(store)
    rounds = []
    for campaign_id in ("first", "second") if has_chats else ("first",):
        batches = await site.plan(campaign_id, site.app())
        await site.send(app, batches)
        rounds.append(store.commits)
        store.commits = []
    await site.store.close()
    return LaidBy(before=rounds[0] if has_chats else [], measured=rounds[-1])


async def _parley(plan: Plan, *, has_chats: bool) -> Sample:
    site = CampaignSite(plan.emulator_host)
    await site.seed(plan.people)
    app = site.app()
    if has_chats:
        await site.send(app, await site.plan("first", app))
    batches = await site.plan("second", app)
    sample = await timed(plan.people, lambda: site.send(app, batches))
    await site.store.close()
    return sample


async def _raw(plan: Plan, laid_by: LaidBy) -> Sample:
    site = CampaignSite(plan.emulator_host)
    await _prepare(site, laid_by)
    requests = prebuilt(site, laid_by.measured)
    sample = await timed(plan.people, lambda: commit_raw(site, requests))
    await site.store.close()
    return sample


async def _async_client(plan: Plan, laid_by: LaidBy) -> Sample:
    site = CampaignSite(plan.emulator_host)
    sample = await timed(plan.people, lambda: write_by_async_client(site, laid_by.measured))
    await site.store.close()
    return sample


async def _bulk_writer(plan: Plan, laid_by: LaidBy) -> Sample:
    site = CampaignSite(plan.emulator_host)
    people = min(BULK_PEOPLE, plan.people)
    commits = laid_by.measured[: max(1, people // 100)]
    amount = sum(1 for writes in commits for write in writes if "/messages/" in write.path)
    sample = await timed(amount, lambda: asyncio.to_thread(write_by_bulk_writer, site, commits))
    await site.store.close()
    return sample


async def _prepare(site: CampaignSite, laid_by: LaidBy) -> None:
    """What the measured commits find there: the planned ledger, and chats if there were any."""
    ledgers = [writes[0].path for writes in laid_by.measured]
    await site.store.commit([Set(path, {"state": "planned"}) for path in ledgers])
    chats = [[write for write in writes if isinstance(write, Set)] for writes in laid_by.before]
    await commit_raw(site, prebuilt(site, chats))


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
