"""A whole campaign by one worker process, of this tree and of others, in turns.

The same campaign is planned, written into the chats and pushed by the worker of each checkout, each
time on fresh emulators. A campaign to people who have chats comes after another that opened them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.campaign_site import SERVICE, CampaignSite, job
from bench.figures import Sample, peak_of, process_cpu_seconds
from bench.frame import (
    CPU,
    PEAK,
    THEIRS,
    Case,
    Cell,
    Column,
    Figures,
    Opened,
    Options,
    in_turns,
    rate,
)
from bench.fresh_parts import FreshParts, fresh_parts
from emulator.binaries import ROOT
from emulator.process import Process
from parley.connect import build
from parley.settings import Settings
from parley.store import Query, Set, Where
from schema import paths
from schema.events import CampaignQueued

CAMPAIGN = "bench"
PEOPLE: Final = 10_000
_LOOK_SECONDS = 0.2
_DEADLINE_SECONDS = 1_800.0
_IDLE_SECONDS, _IDLE_SHARE = 2.0, 0.05


async def run_campaign(tree: Path, people: int, *, chats_exist: bool = False) -> Figures:
    """Send one campaign to so many people with the worker of a tree, on fresh emulators.

    ``chats_exist``: another campaign, which is not measured, has opened everybody's chat before.
    """
    with fresh_parts("firestore", "pubsub", "fcm") as parts:
        site = CampaignSite(parts.firestore_host, parts.project)
        await site.seed(people)
        await site.seed_devices(people)
        await parts.provision()
        worker = parts.start(
            "worker", [str(tree / ".venv/bin/python"), "-m", "workers", "all"], cwd=tree
        )
        await _is_up(worker)
        watched = _Watched(worker, parts, site)
        if chats_exist:
            await watched.send("before", people)
        figures = await watched.send(CAMPAIGN, people)
        await site.store.close()
        return figures


async def _is_up(worker: Process) -> None:
    """Return when a worker has started: it has used CPU, and uses none any more."""
    used = 0.0
    while True:
        await asyncio.sleep(_IDLE_SECONDS)
        worker.require_running()
        now = process_cpu_seconds(worker.pid)
        if now - used <= _IDLE_SHARE * _IDLE_SECONDS:
            return
        used = now


@dataclass(slots=True)
class _Watched:
    worker: Process
    parts: FreshParts
    site: CampaignSite

    async def send(self, campaign_id: str, people: int) -> Figures:
        """Send one campaign; return what it took."""
        store = self.site.store
        await store.commit([Set(paths.campaign(campaign_id), job())])
        cpu, theirs = self._cpu(), self.parts.cpu_seconds()
        began = time.monotonic()
        async with build(Settings.from_environment(self.parts.environment)) as app:
            queued = CampaignQueued(campaign_id=campaign_id, service_id=SERVICE)
            await app.publisher.publish([queued])
        written = Query(
            paths.campaign_batches(campaign_id),
            where=(Where("state", "in", ["sent", "done"]),),
            limit=1,
            select=(),
        )
        await self._until(lambda: self._finds(written))
        first_batch = time.monotonic() - began
        await self._until(lambda: self._is_complete(campaign_id))
        in_place, cpu_in_place = time.monotonic() - began, self._cpu() - cpu
        unnotified = Query(
            paths.campaign_batches(campaign_id),
            where=(Where("state", "==", "sent"),),
            limit=1,
            select=(),
        )
        await self._until(lambda: self._finds(unnotified), expected=False)
        sample = Sample(
            people,
            time.monotonic() - began,
            self._cpu() - cpu,
            self.parts.cpu_seconds() - theirs,
            peak_of(self.worker.pid),
        )
        return sample.figures(
            first=first_batch, place=in_place, place_cpu=1_000 * cpu_in_place / people
        )

    def _cpu(self) -> float:
        return process_cpu_seconds(self.worker.pid)

    async def _until(self, look: Any, *, expected: bool = True) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while await look() is not expected:
            self.worker.require_running()
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing after {_DEADLINE_SECONDS:g} s")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _finds(self, query: Query) -> bool:
        async for page in self.site.store.stream(query):
            if page:
                return True
        return False

    async def _is_complete(self, campaign_id: str) -> bool:
        (status,) = await self.site.store.get_many([paths.campaign_status(campaign_id)])
        state = None if status is None else status.fields.get("state")
        if state in ("failed", "completedWithErrors"):
            raise RuntimeError(f"the campaign of {SERVICE} is {state}: {status}")
        return state == "completed"


def _opened(*, chats_exist: bool) -> Opened:
    def cells(options: Options) -> Sequence[Cell]:
        return [
            Cell(
                "Parley" if tree == ROOT else tree.name,
                partial(run_campaign, tree, options.amount, chats_exist=chats_exist),
            )
            for tree in (ROOT, *options.trees)
        ]

    return in_turns(cells)


_COLUMNS = (
    rate("people"),
    CPU,
    Column("place_cpu", "until in place", 3, "of it until in place"),
    THEIRS,
    PEAK,
    Column("first", "first batch after, s", 1),
    Column("place", "in place after, s", 1),
)

CASES: Final = (
    Case(
        "campaign",
        "campaigns",
        "A campaign to {amount:,} people whom the service never wrote to, pushes included",
        _COLUMNS,
        _opened(chats_exist=False),
        amount=PEOPLE,
    ),
    Case(
        "campaign-existing",
        "campaigns",
        "A campaign to {amount:,} people who have a chat with the service, pushes included",
        _COLUMNS,
        _opened(chats_exist=True),
        amount=PEOPLE,
    ),
)
