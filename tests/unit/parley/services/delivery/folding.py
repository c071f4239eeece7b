"""Posts that are folded, and the pushes and summaries that a phone was told by."""

from __future__ import annotations

import asyncio

from parley.domain.delivery.push import Notification
from parley.services.delivery.folded_posts import FoldedPosts
from tests.unit.parley.services.conftest import TwinWorld as World


async def post(world: World, chat_id: str, count: int, *, first: int = 0) -> FoldedPosts | None:
    """Ann writes, and a worker handles it in one call; what it leaves to be done."""
    names = [f"m{number:03d}" for number in range(first, first + count)]
    for name in names:
        await world.post(chat_id, name, "ann")
    return await world.app.fan_out_messages.fan_out(chat_id, names)


def kinds(world: World, token: str) -> list[str]:
    return [one.data["type"] for one in world.sender.sent_to(token)]


def summaries(world: World, token: str) -> list[Notification]:
    return [one for one in world.sender.sent_to(token) if one.data["type"] == "messages"]


async def is_done(folded: FoldedPosts | None) -> bool:
    assert folded is not None
    waiting = asyncio.ensure_future(folded.wait())
    for _ in range(3):
        await asyncio.sleep(0)
    done = waiting.done()
    waiting.cancel()
    return done
