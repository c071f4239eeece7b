"""W7: an ordinary message beside a campaign at full speed, and alone, of this tree and of another.

`python -m bench.latency_beside_campaign --against TREE` posts one message after another, each in a
direct chat of its own, and takes the time from its commit to its row in the reader's list. First
nothing else happens; then a campaign runs in the same workers. Trees take turns, each time on
emulators of their own. The ratios are the verdict, each of one run: others share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.campaign_site import SERVICE, CampaignSite, job, uid
from bench.figures import quantile
from emulator.binaries import ROOT
from emulator.ports import HOST, free_port
from emulator.process import Process
from emulator.single import start_single
from emulator.waiting import answers, wait_until
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.app import App
from parley.cli.output import show_table
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Set
from schema import ids, paths
from schema.events import CampaignQueued, MessageQueued

MESSAGES: Final = 60
_WARM_UP: Final = 15
_EVERY_SECONDS: Final = 0.1
"""Between two messages; one is posted whether or not the one before has arrived."""
_LOOK_SECONDS: Final = 0.01
_DEADLINE_SECONDS: Final = 120.0
_CAMPAIGN: Final = "bench"
ONE: Final = (("all",),)
APART: Final = (("chat",), ("campaigns",))


@dataclass(frozen=True, slots=True)
class Run:
    """The seconds of messages alone and beside a campaign, and how long that took."""

    alone: Sequence[float]
    beside: Sequence[float]
    campaign: float

    def row(self, name: str) -> dict[str, Any]:
        """For the table; times in milliseconds."""
        shares = (0.5, 0.95)
        alone, beside = (
            [quantile(some, share) for share in shares] for some in (self.alone, self.beside)
        )
        return {
            "workers of": name,
            "alone p50": round(1_000 * alone[0]),
            "p95": round(1_000 * alone[1]),
            "beside p50": round(1_000 * beside[0]),
            "p95 beside": round(1_000 * beside[1]),
            "x p50": round(beside[0] / alone[0], 2),
            "x p95": round(beside[1] / alone[1], 2),
            "messages beside": len(self.beside),
            "campaign s": round(self.campaign, 1),
        }


async def run_once(tree: Path, processes: Sequence[Sequence[str]], people: int) -> Run:
    """Measure the workers of a tree on fresh emulators."""
    with ExitStack() as ended, TemporaryDirectory() as logs:
        firestore, pubsub, fcm = (free_port() for _ in range(3))
        for kind, port in (("firestore", firestore), ("pubsub", pubsub)):
            ended.callback(start_single(kind, port).end)
        python = ".venv/bin/python"
        stand_in = [str(ROOT / python), "-m", "emulator.fcm", "--port", str(fcm)]
        ended.callback(_started("fcm", stand_in, Path(logs), ROOT, {}).end)
        url = f"http://{HOST}:{fcm}"
        wait_until(lambda: answers(f"{url}/_/faults"), seconds=20, what="the stand-in")
        site = CampaignSite(f"{HOST}:{firestore}")
        await site.seed(people)
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
        for number, queues in enumerate(processes):
            command = [str(tree / python), "-m", "workers", *queues]
            worker = _started(f"worker-{number}", command, Path(logs), tree, environment)
            ended.callback(worker.end)
        async with build(Settings.from_environment(environment)) as app:
            await _seed_devices(site, people)
            run = await _measure(app, site)
        await site.store.close()
        return run


def _started(
    name: str, command: list[str], logs: Path, cwd: Path, environment: dict[str, str]
) -> Process:
    process = Process(name, command, log=logs / f"{name}.log", environment=environment, cwd=cwd)
    process.start()
    return process


async def _seed_devices(site: CampaignSite, people: int) -> None:
    names = [uid(number) for number in range(people)]
    for first in range(0, people, 400):
        some = names[first : first + 400]
        await site.store.commit([Set(paths.push_tokens(name), _devices(name)) for name in some])


def _devices(name: str) -> dict[str, Any]:
    device = {"token": f"token-{name}", "kind": "fcmToken", "platform": "ios"}
    return {"devices": {"phone": device | {"updatedAt": SERVER_TIME}}}


async def _measure(app: App, site: CampaignSite) -> Run:
    posts = _Posts(app)
    await posts.while_true(lambda: len(posts.took) < _WARM_UP)
    posts.took.clear()
    await posts.while_true(lambda: len(posts.took) < MESSAGES)
    alone, posts.took = posts.took, []
    await site.store.commit([Set(paths.campaign(_CAMPAIGN), job())])
    began = time.monotonic()
    await app.publisher.publish([CampaignQueued(campaign_id=_CAMPAIGN, service_id=SERVICE)])
    ending = asyncio.create_task(_ended(app))
    await posts.while_true(lambda: not ending.done())
    return Run(alone, posts.took, await ending - began)


async def _ended(app: App) -> float:
    """Return when the messages of the campaign stand in their chats."""
    while True:
        (status,) = await app.store.get_many([paths.campaign_status(_CAMPAIGN)])
        state = None if status is None else status.fields.get("state")
        if state in ("completed", "completedWithErrors", "failed"):
            return time.monotonic()
        await asyncio.sleep(0.5)


class _Posts:
    """Posts at a steady pace and notes how long each took."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._drawn = 0
        self.took: list[float] = []

    async def while_true(self, holds: Callable[[], bool]) -> None:
        """Post while a condition holds, then wait for what is on its way."""
        waiting: list[asyncio.Task[None]] = []
        while holds():
            waiting.append(asyncio.create_task(self._timed()))
            await asyncio.sleep(_EVERY_SECONDS)
        await asyncio.gather(*waiting)

    async def _timed(self) -> None:
        self._drawn += 1
        one, other = f"ann{self._drawn:05d}", f"bob{self._drawn:05d}"
        chat_id = ids.direct_chat_id(one, other)
        made = {"serviceId": "default", "kind": "direct", "createdBy": one}
        await self._app.store.commit(
            [
                Set(paths.chat(chat_id), made | {"createdAt": SERVER_TIME}),
                Set(paths.push_tokens(other), _devices(other)),
                *(
                    Set(paths.chat_member(chat_id, each), {"role": "member"})
                    for each in (one, other)
                ),
            ]
        )
        entry = {"chatId": chat_id, "messageId": "m", "shard": 0}
        both = {"senderId": one, "createdAt": SERVER_TIME}
        began = time.monotonic()
        await self._app.store.commit(
            [
                Set(paths.message(chat_id, "m"), {**both, "body": "How long does it take?"}),
                Set(paths.message_queue(chat_id, "m"), {**both, **entry}),
            ]
        )
        await self._app.publisher.publish([MessageQueued(chat_id=chat_id, message_id="m")])
        await self._until(lambda: self._is_there(paths.user_chat(other, chat_id)))
        self.took.append(time.monotonic() - began)

    async def _is_there(self, path: str) -> bool:
        (row,) = await self._app.store.get_many([path], select=())
        return row is not None

    @staticmethod
    async def _until(look: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(_DEADLINE_SECONDS):
            while not await look():
                await asyncio.sleep(_LOOK_SECONDS)


async def measure(
    ways: Sequence[tuple[str, Path, Sequence[Sequence[str]]]], people: int, rounds: int
) -> list[dict[str, Any]]:
    """Run the ways in turns; return a row for each run, then one with the medians of each way."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name, _, _ in ways}
    for number in range(rounds):
        for name, tree, processes in ways if number % 2 == 0 else reversed(ways):
            run = await run_once(tree, processes, people)
            rows[name].append(run.row(f"{name}, round {number + 1}"))
            show_table(rows[name][-1:])
    medians = [
        {
            key: round(statistics.median(row[key] for row in some), 2)
            if key != "workers of"
            else f"{name}, median"
            for key in some[0]
        }
        for name, some in rows.items()
    ]
    return [*(row for some in rows.values() for row in some), *medians]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.latency_beside_campaign", description=__doc__
    )
    parser.add_argument("--people", type=int, default=20_000, help="of the campaign")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--against", type=Path, action="append", default=[], metavar="TREE")
    arguments = parser.parse_args()
    ways = [
        ("two processes", ROOT, APART),
        ("one process", ROOT, ONE),
        *((tree.name, tree.resolve(), ONE) for tree in arguments.against),
    ]
    rows = asyncio.run(measure(ways, arguments.people, arguments.rounds))
    print()
    show_table(rows)


if __name__ == "__main__":
    main()
