"""A flood on the real queue, store and provider's stand-in: three pushes, then one."""

from __future__ import annotations

import signal
import time

from schema import paths
from schema.events import MessageQueued
from tests.integration.workers.conftest import Site

POSTS = 40


async def flood(site: Site) -> str:
    await site.person("bob", "bob")
    chat_id = await site.direct_chat()
    for number in range(POSTS):
        await site.post(chat_id, f"m{number:03d}", "ann")
    await site.publish(
        *(MessageQueued(chat_id=chat_id, message_id=f"m{number:03d}") for number in range(POSTS))
    )
    return chat_id


def kinds(site: Site) -> list[str]:
    return [message["data"]["type"] for message in site.pushed()]


async def test_a_flood_rings_three_times_and_then_once_with_the_number(site: Site) -> None:
    site.start_worker("message-queue")
    begun = time.monotonic()
    await flood(site)

    async def look() -> str | None:
        return None if "messages" in kinds(site) else f"pushed: {kinds(site)}"

    await site.until(look)
    assert kinds(site) == ["message"] * 3 + ["messages"]
    assert time.monotonic() - begun < 30
    summary = site.pushed()[-1]
    assert summary["data"]["count"] == str(POSTS - 3)
    assert summary["notification"]["body"] == f"{POSTS - 3} new messages"
    assert len(summary["android"]["notification"]["tag"]) == 32


async def test_a_worker_that_is_told_to_stop_tells_everybody_first(site: Site) -> None:
    worker = site.start_worker("message-queue")
    await flood(site)

    async def look() -> str | None:
        left = await site.documents(paths.MESSAGE_QUEUE)
        is_begun = len(kinds(site)) >= 3 and not left
        return None if is_begun else f"{len(left)} wait, pushed: {kinds(site)}"

    await site.until(look)
    worker.end()

    assert kinds(site).count("message") == 3
    left = await site.documents(paths.MESSAGE_QUEUE)
    told = 3 + sum(site.folded().values())
    assert told + len(left) == POSTS, "what was begun was told, and the rest still waits"


async def test_another_worker_tells_what_a_killed_one_had_folded(site: Site) -> None:
    doomed = site.start_worker("message-queue")
    chat_id = await flood(site)

    async def rung() -> str | None:
        left = await site.documents(paths.MESSAGE_QUEUE)
        return None if len(kinds(site)) >= 3 and not left else f"{len(left)} wait"

    await site.until(rung)
    doomed.signal(signal.SIGKILL)
    site.start_worker("message-queue")

    async def look() -> str | None:
        singles = {
            message["data"]["messageId"]
            for message in site.pushed()
            if message["data"]["type"] == "message"
        }
        told = len(singles) + site.folded()[chat_id]
        return None if told >= POSTS else f"{told} of {POSTS} were told"

    await site.until(look, seconds=90)
