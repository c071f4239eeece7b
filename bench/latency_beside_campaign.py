"""W7: an ordinary message beside a campaign at full speed, and alone, of this tree and of others.

Messages are posted at a steady pace, each in a direct chat of its own, and timed from the commit to
the row in the reader's list: while nothing else happens, and then while a campaign runs in the same
workers. The ratios are the verdict, each of one run, since others may share the machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from bench.campaign_site import SERVICE, CampaignSite, devices, job
from bench.figures import quantile
from bench.frame import Case, Cell, Column, Figures, Options, in_turns
from bench.fresh_parts import fresh_parts
from emulator.binaries import ROOT
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Set
from schema import ids, paths
from schema.events import CampaignQueued, MessageQueued

PEOPLE: Final = 20_000
MESSAGES: Final = 60
_WARM_UP: Final = 15
_EVERY_SECONDS: Final = 0.1
"""Between two messages; one is posted whether or not the one before has arrived."""
_LOOK_SECONDS: Final = 0.01
_DEADLINE_SECONDS: Final = 120.0
_CAMPAIGN: Final = "bench"
ONE: Final = (("all",),)
APART: Final = (("chat",), ("campaigns",))


async def run_beside(tree: Path, processes: Sequence[Sequence[str]], people: int) -> Figures:
    """Measure the workers of a tree on fresh emulators."""
    with fresh_parts("firestore", "pubsub", "fcm") as parts:
        site = CampaignSite(parts.firestore_host, parts.project)
        await site.seed(people)
        await site.seed_devices(people)
        await parts.provision()
        for number, queues in enumerate(processes):
            command = [str(tree / ".venv/bin/python"), "-m", "workers", *queues]
            parts.start(f"worker-{number}", command, cwd=tree)
        async with build(Settings.from_environment(parts.environment)) as app:
            figures = await _measure(app, site)
        await site.store.close()
        return figures


def _figures(alone: Sequence[float], beside: Sequence[float], campaign: float) -> dict[str, float]:
    """Return the figures of messages alone and beside a campaign, all in seconds."""
    times = {
        f"{name}{round(100 * share)}": 1_000 * quantile(some, share)
        for name, some in (("alone", alone), ("beside", beside))
        for share in (0.5, 0.95)
    }
    return times | {
        "x50": times["beside50"] / times["alone50"],
        "x95": times["beside95"] / times["alone95"],
        "messages": len(beside),
        "campaign": campaign,
    }


async def _measure(app: App, site: CampaignSite) -> dict[str, float]:
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
    return _figures(alone, posts.took, await ending - began)


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
                Set(paths.push_tokens(other), devices(other)),
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


def _cells(options: Options) -> Sequence[Cell]:
    ways = [
        ("Parley, two processes", ROOT, APART),
        ("Parley, one process", ROOT, ONE),
        *((tree.name, tree, ONE) for tree in options.trees),
    ]
    return [
        Cell(name, partial(run_beside, tree, some, options.amount)) for name, tree, some in ways
    ]


CASES: Final = (
    Case(
        "w7",
        "beside",
        "Commit to row of an ordinary message beside a campaign to {amount:,} people, and alone",
        (
            Column("x95", "p95, times that alone", 2),
            Column("x50", "p50, times that alone", 2),
            Column("alone50", "alone, p50 ms"),
            Column("alone95", "alone, p95 ms"),
            Column("beside50", "beside, p50 ms"),
            Column("beside95", "beside, p95 ms"),
            Column("messages", "messages beside"),
            Column("campaign", "campaign, s", 1),
        ),
        in_turns(_cells),
        amount=PEOPLE,
    ),
)
