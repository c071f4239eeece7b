"""A whole campaign by one worker process, of this tree and of another, in turns.

`python -m bench.whole_campaign --against TREE` runs the same campaign with the worker of this tree
and with that of another checkout, each time on emulators of their own. The trees share the machine,
so the CPU seconds of the worker are the verdict; times by the clock only describe the run.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from bench.campaign_site import SERVICE, CampaignSite, job, uid
from bench.figures import process_cpu_seconds
from emulator.binaries import ROOT
from emulator.ports import HOST, free_port
from emulator.process import Process
from emulator.single import start_single
from emulator.waiting import answers, wait_until
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.cli.output import show_table
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Query, Set, Where
from schema import paths
from schema.events import CampaignQueued

CAMPAIGN = "bench"
_DEVICES_A_COMMIT = 400
_LOOK_SECONDS = 0.2
_DEADLINE_SECONDS = 1_800.0
_IDLE_SECONDS, _IDLE_SHARE = 2.0, 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """One campaign: seconds after its publication, the worker's CPU seconds and peak memory."""

    people: int
    first_batch: float
    in_place: float
    pushed: float
    cpu_in_place: float
    cpu: float
    peak_mib: float
    emulator_cpu: float

    def row(self, name: str) -> dict[str, Any]:
        """For the table."""
        thousands = self.people / 1_000
        return {
            "worker of": name,
            "first batch s": round(self.first_batch, 1),
            "in place s": round(self.in_place, 1),
            "pushed s": round(self.pushed, 1),
            "CPU s/1000 in place": round(self.cpu_in_place / thousands, 3),
            "CPU s/1000": round(self.cpu / thousands, 3),
            "peak MiB": round(self.peak_mib),
            "emulator's CPU s/1000": round(self.emulator_cpu / thousands, 3),
        }


async def run_campaign(tree: Path, people: int, *, chats_exist: bool = False) -> Run:
    """Send one campaign to so many people with the worker of a tree, on fresh emulators.

    ``chats_exist``: another campaign, which is not measured, has opened everybody's chat before.
    """
    with ExitStack() as ended, TemporaryDirectory() as logs:
        firestore, pubsub, fcm = (free_port() for _ in range(3))
        emulators = [start_single("firestore", firestore), start_single("pubsub", pubsub)]
        for emulator in emulators:
            ended.callback(emulator.end)
        stand_in = Process(
            "fcm",
            [str(ROOT / ".venv/bin/python"), "-m", "emulator.fcm", "--port", str(fcm)],
            log=Path(logs) / "fcm.log",
            cwd=ROOT,
        )
        stand_in.start()
        ended.callback(stand_in.end)
        url = f"http://{HOST}:{fcm}"
        wait_until(lambda: answers(f"{url}/_/faults"), seconds=20, what="the stand-in")
        site = CampaignSite(f"{HOST}:{firestore}")
        await site.seed(people)
        await _seed_devices(site, people)
        environment = {
            "GCLOUD_PROJECT": site.project_id,
            "GOOGLE_CLOUD_PROJECT": site.project_id,
            "FIRESTORE_EMULATOR_HOST": f"{HOST}:{firestore}",
            "PUBSUB_EMULATOR_HOST": f"{HOST}:{pubsub}",
            "PARLEY_FCM_URL": url,
        }
        channel = PubSubChannel(site.project_id, emulator_host=f"{HOST}:{pubsub}")
        await provision(channel)
        await channel.close()
        worker = Process(
            "worker",
            [str(tree / ".venv/bin/python"), "-m", "workers", "all"],
            log=Path(logs) / "worker.log",
            environment=environment,
            cwd=tree,
        )
        worker.start()
        ended.callback(worker.end)
        await _is_up(worker)
        watched = _Watched(worker, emulators[0], site)
        if chats_exist:
            await watched.send("before", people, environment)
        run = await watched.send(CAMPAIGN, people, environment)
        await site.store.close()
        return run


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


async def _seed_devices(site: CampaignSite, people: int) -> None:
    for first in range(0, people, _DEVICES_A_COMMIT):
        await site.store.commit(
            [
                Set(
                    paths.push_tokens(uid(number)),
                    {
                        "devices": {
                            "phone": {
                                "token": f"token-{number}",
                                "kind": "fcmToken",
                                "platform": "android",
                                "updatedAt": SERVER_TIME,
                            }
                        }
                    },
                )
                for number in range(first, min(people, first + _DEVICES_A_COMMIT))
            ]
        )


@dataclass(slots=True)
class _Watched:
    worker: Process
    emulator: Process
    site: CampaignSite

    async def send(self, campaign_id: str, people: int, environment: dict[str, str]) -> Run:
        store = self.site.store
        await store.commit([Set(paths.campaign(campaign_id), job())])
        cpu, theirs = self._cpu(), process_cpu_seconds(self.emulator.pid)
        began = time.monotonic()
        async with build(Settings.from_environment(environment)) as app:
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
        return Run(
            people=people,
            first_batch=first_batch,
            in_place=in_place,
            pushed=time.monotonic() - began,
            cpu_in_place=cpu_in_place,
            cpu=self._cpu() - cpu,
            peak_mib=peak_of(self.worker.pid),
            emulator_cpu=process_cpu_seconds(self.emulator.pid) - theirs,
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


def peak_of(pid: int) -> float:
    """Return the most memory that a process has had, in MiB, where Linux tells it."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return int(peak) / 1024
    except OSError:
        return float(psutil.Process(pid).memory_info().rss) / 2**20


async def measure(
    trees: Sequence[Path], people: int, rounds: int, *, chats_exist: bool
) -> list[dict[str, Any]]:
    """Run the trees in turns; return a row for each run, then the medians of each tree."""
    runs: dict[Path, list[Run]] = {tree: [] for tree in trees}
    rows = []
    for number in range(rounds):
        for tree in trees if number % 2 == 0 else reversed(trees):
            run = await run_campaign(tree, people, chats_exist=chats_exist)
            runs[tree].append(run)
            rows.append(run.row(f"{tree.name}, round {number + 1}"))
            show_table(rows[-1:])
    for tree, its_runs in runs.items():
        several = [run.row("") for run in its_runs]
        medians = {
            name: round(statistics.median(row[name] for row in several), 3)
            for name in several[0]
            if name != "worker of"
        }
        rows.append({"worker of": f"{tree.name}, median"} | medians)
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.whole_campaign", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--existing", action="store_true", help="everybody has a chat already")
    parser.add_argument("--against", type=Path, action="append", default=[], metavar="TREE")
    arguments = parser.parse_args()
    trees = [ROOT, *(tree.resolve() for tree in arguments.against)]
    rows = asyncio.run(
        measure(trees, arguments.people, arguments.rounds, chats_exist=arguments.existing)
    )
    print()
    show_table(rows)


if __name__ == "__main__":
    main()
