"""`python -m bench.push_memory`: push to people with many devices, and print the memory it takes.

Twenty people have twenty devices each, with the longest tokens, and 32 chats push to them at once.
Devices are made as they are read, and the provider is another process, so that what grows is the
pushes' own.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from bench.import_memory import peak_mib
from parley.adapters.fcm.sender import FcmSender
from parley.adapters.system import SystemClock
from parley.domain.delivery.push import message_data
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushOrder
from parley.store import Snapshot, Store
from schema import limits

PEOPLE = 20
CHATS = 32
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


async def measure(posts: int, port: int) -> None:
    """Push so many posts of each chat, none of them folded."""
    async with FcmSender(project_id="p", url=f"http://127.0.0.1:{port}") as sender:
        pushes = PushMessages(
            store=cast(Store, ManyDevices()),
            sender=sender,
            clock=SystemClock(),
            randomness=random.Random(1),
        )
        await pushes.push(_orders(0, 1))
        before, began = peak_mib(), time.perf_counter()
        await asyncio.gather(*(pushes.push(_orders(chat, posts)) for chat in range(1, CHATS + 1)))
        seconds = time.perf_counter() - began
    count = CHATS * PEOPLE * limits.DEVICES * posts
    print(
        f"{count:,} pushes: {seconds:.1f} s, {count / seconds:,.0f} a second, "
        f"peak RSS {peak_mib():.0f} MiB, {peak_mib() - before:.0f} MiB more than before"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.push_memory", description=__doc__)
    parser.add_argument("posts", nargs="?", type=int, default=3)
    parser.add_argument("--port", type=int, default=18_971)
    arguments = parser.parse_args()
    source = _PROVIDER.replace("PORT", str(arguments.port))
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as provider:
        assert provider.stdout is not None
        provider.stdout.readline()
        try:
            asyncio.run(measure(arguments.posts, arguments.port))
        finally:
            provider.terminate()


if __name__ == "__main__":
    main()
