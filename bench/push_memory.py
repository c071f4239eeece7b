"""Push to people with many devices, for the memory it takes.

Twenty people have twenty devices each, with the longest tokens, and 32 chats push to them at once.
Devices are made as they are read, and the provider is another process, so that what grows is the
pushes' own.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from bench.figures import Sample, peak_of
from bench.frame import CPU, PEAK, Case, Cell, Column, Figures, Options, in_turns, rate
from emulator.binaries import ROOT
from emulator.ports import free_port
from parley.adapters.fcm.sender import FcmSender
from parley.adapters.system import SystemClock
from parley.domain.delivery.push import message_data
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushOrder
from parley.store import Snapshot, Store
from schema import limits

PUSHES: Final = 12_800
PEOPLE: Final = 20
CHATS: Final = 32
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

_PROVIDER = """
from aiohttp import web
async def send(request):
    await request.read()
    return web.json_response({"name": "projects/p/messages/1"})
app = web.Application(client_max_size=1 << 20)
app.router.add_post("/v1/projects/p/messages:send", send)
web.run_app(app, host="127.0.0.1", port=PORT, print=lambda *_: print("up", flush=True))
"""


class ManyDevices:
    """Knows as many and as long tokens of everybody as there may be."""

    async def get_many(self, wanted: Sequence[str], **_options: Any) -> list[Snapshot | None]:
        """Return the devices of each person."""
        return [Snapshot(path, {"devices": _devices(path)}, _NOW) for path in wanted]


def _devices(path: str) -> dict[str, Any]:
    device = {"kind": "fcmToken", "platform": "ios", "updatedAt": _NOW}
    return {
        f"d{number}": device | {"token": f"{path}-{number}-".ljust(limits.PUSH_TOKEN, "x")}
        for number in range(limits.DEVICES)
    }


def _orders(chat: int, posts: int) -> list[PushOrder]:
    return [
        PushOrder(
            uid=f"u{person:02d}",
            title="Town",
            body="x" * limits.PREVIEW,
            data=message_data(
                chat_id=f"chat{chat}",
                message_id=f"m{post}",
                service_id="default",
                kind="group",
                sender_id="mal",
            ),
        )
        for person in range(PEOPLE)
        for post in range(posts)
    ]


async def measure(posts: int, port: int) -> Figures:
    """Push so many posts of each chat, none of them folded, in this process."""
    async with FcmSender(project_id="p", url=f"http://127.0.0.1:{port}") as sender:
        pushes = PushMessages(
            store=cast(Store, ManyDevices()),
            sender=sender,
            clock=SystemClock(),
            randomness=random.Random(1),
        )
        await pushes.push(_orders(0, 1))
        before, began, cpu = peak_of(os.getpid()), time.perf_counter(), time.process_time()
        await asyncio.gather(*(pushes.push(_orders(chat, posts)) for chat in range(1, CHATS + 1)))
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
    peak = peak_of(os.getpid())
    return Sample(CHATS * PEOPLE * limits.DEVICES * posts, seconds, used, 0.0, peak).figures(
        growth=peak - before
    )


async def run_alone(pushes: int) -> Figures:
    """Measure in a process of its own, since a peak never falls."""
    posts = max(1, round(pushes / (CHATS * PEOPLE * limits.DEVICES)))
    port = free_port()
    source = _PROVIDER.replace("PORT", str(port))
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as provider:
        assert provider.stdout is not None
        provider.stdout.readline()
        try:
            command = [sys.executable, "-m", "bench.push_memory", str(posts), str(port)]
            process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=ROOT)
            told, _ = await process.communicate()
        finally:
            provider.terminate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    figures: dict[str, float] = json.loads(told)
    return figures


def _cells(options: Options) -> Sequence[Cell]:
    return [Cell("Parley", lambda: run_alone(options.amount))]


CASES: Final = (
    Case(
        "push-memory",
        "memory",
        "{amount:,} pushes at once, with twenty devices a person and tokens of 4,096 characters",
        (PEAK, Column("growth", "growth, MiB"), rate("pushes"), CPU),
        in_turns(_cells),
        amount=PUSHES,
        rounds=3,
    ),
)

if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(*map(int, sys.argv[1:])))))
    # As a worker ends: a thread of the HTTP client may abort an interpreter that is torn down.
    sys.stdout.flush()
    os._exit(0)
