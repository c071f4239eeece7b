"""W3: a campaign's fan-out as a ratio to the raw-commit ceiling and to Google's client library."""

from __future__ import annotations

import asyncio
import cProfile
import gc
import os
import pstats
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from bench.campaign_site import CampaignSite, Read, RecordingStore
from bench.figures import Sample, process_cpu_seconds
from bench.frame import CPU, Case, Cell, Column, Opened, Options, rate
from bench.fresh_parts import fresh_parts
from bench.rivals.campaign_writes import (
    commit_raw,
    prebuilt,
    prebuilt_reads,
    read_and_commit_raw,
    write_by_async_client,
    write_by_bulk_writer,
)
from parley.store import Write
from workers.runtime.process import collect_less_often

PARLEY, RAW, READING = "Parley", "raw commits", "raw reads and commits"
BULK, ASYNC = "BulkWriter as it comes", "AsyncClient, batches of 500"

PEOPLE: Final = 3_000
WARMING: Final = 10

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
    people: int = PEOPLE
    warming: int = WARMING
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


def cells_of(plan: Plan, laid_by: LaidBy, *, has_chats: bool) -> list[Cell]:
    """Return the cells, which share the plan's emulator: what was written stays on its heap."""
    work: dict[str, Callable[[], Awaitable[Sample]]] = {
        PARLEY: lambda: _parley(plan, has_chats=has_chats),
        RAW: lambda: _raw(plan, laid_by),
        READING: lambda: _reading(plan, laid_by),
        ASYNC: lambda: _async_client(plan, laid_by),
        BULK: lambda: _bulk_writer(plan, laid_by),
    }
    return [Cell(name, partial(_figures, one)) for name, one in work.items()]


async def _figures(work: Callable[[], Awaitable[Sample]]) -> dict[str, float]:
    return (await work()).figures()


def opening(*, has_chats: bool, warming: int = WARMING) -> Opened:
    """Return the opening of a case: an emulator of its own, warmed up."""

    @asynccontextmanager
    async def opened(options: Options) -> AsyncIterator[Sequence[Cell]]:
        collect_less_often()
        with fresh_parts("firestore") as parts:
            # The client library finds the emulator by the vendor's own variable.
            os.environ["FIRESTORE_EMULATOR_HOST"] = parts.firestore_host
            pid = parts.parts["firestore"].pid
            plan = Plan(parts.firestore_host, options.amount, warming, pid)
            laid_by = await laid_by_parley(plan, has_chats=has_chats)
            for _ in range(plan.warming):
                await _parley(plan, has_chats=has_chats)
                await _reading(plan, laid_by)
            yield cells_of(plan, laid_by, has_chats=has_chats)

    return opened


@dataclass(slots=True)
class LaidBy:
    """What a run did: what the measured commits need to find there, and those with their reads."""

    before: list[list[Write]]
    reads: list[Read]
    measured: list[list[Write]]


async def laid_by_parley(plan: Plan, *, has_chats: bool) -> LaidBy:
    """Return what Parley reads and writes for such a campaign."""
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


def profile(people: int) -> None:
    """Print where our own Python goes."""

    async def work(emulator_host: str) -> None:
        site = CampaignSite(emulator_host)
        await site.seed(people or PEOPLE)
        app = site.app()
        batches = await site.plan("profiled", app)
        profiler = cProfile.Profile()
        profiler.enable()
        await site.send(app, batches)
        profiler.disable()
        await site.store.close()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(28)

    with fresh_parts("firestore") as parts:
        asyncio.run(work(parts.firestore_host))


_COLUMNS = (rate("people"), CPU, Column("theirs", "emulator's CPU, s/1,000", 3))

CASES: Final = (
    Case(
        "w3-first",
        "fan-out",
        "A campaign's fan-out to {amount:,} people whom the service never wrote to",
        _COLUMNS,
        opening(has_chats=False),
        amount=PEOPLE,
    ),
    Case(
        "w3-existing",
        "fan-out",
        "A campaign's fan-out to {amount:,} people who have a chat with the service",
        _COLUMNS,
        opening(has_chats=True),
        amount=PEOPLE,
    ),
)
