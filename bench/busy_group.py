"""A group of 100 in which 20 messages a second are posted: how soon they are in the rows."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime

from bench.figures import quantile
from bench.message_site import Fanner, MessageSite, Posted, message_site, pairs, posts_of
from schema import paths

MEMBERS = 100
A_SECOND = 20
_CHAT = "busygroup0000000000a"
_LOOK_SECONDS = 0.02
_LAST_SECONDS = 120.0
_WARM_UP = 500


@dataclass(frozen=True, slots=True)
class GroupRun:
    """Latencies from a message's commit to a member's row, in seconds, and the CPU for each row.

    A row is one message for one member, however many of them share a write.
    """

    latencies: list[float]
    seconds: float
    cpu: float
    theirs: float

    def figures(self) -> dict[str, float]:
        rows = len(self.latencies) * MEMBERS / 1_000
        return {
            "p50": 1_000 * quantile(self.latencies, 0.5),
            "p95": 1_000 * quantile(self.latencies, 0.95),
            "last": self.seconds,
            "cpu": self.cpu / rows,
            "theirs": self.theirs / rows,
        }


async def run_group(fanner: Fanner, *, seconds: float) -> GroupRun:
    """Post at the pace for so long; return when the last message is in the watched row."""
    members = [f"member-{number:03d}" for number in range(MEMBERS)]
    async with message_site(fanner) as site:
        warm = pairs(_WARM_UP, "warm")
        await site.open_chats(warm)
        await site.publisher.publish(await site.post(posts_of(warm, 1)))
        await site.until_fanned_out()
        await site.until_pushed(_WARM_UP)
        await site.open_group(_CHAT, members)
        await site.until_idle()
        before, began = site.used(), time.monotonic()
        count = round(seconds * A_SECOND)
        posting = asyncio.create_task(_post(site, members, count))
        arrived = await _watch(site, members[-1], count)
        posted = await posting
        await site.until_fanned_out()
        took = time.monotonic() - began
        await site.until_idle()
        used = site.used()
        latencies = [
            max(0.0, (there - at).total_seconds())
            for at, there in zip(posted, arrived, strict=True)
        ]
        return GroupRun(latencies, took, used.ours - before.ours, used.theirs - before.theirs)


async def _post(site: MessageSite, members: list[str], count: int) -> list[datetime]:
    """Post in turns, all but the last member; return the times of the commits."""
    began = time.monotonic()
    times = []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
        name = f"m{number:019d}"
        queued = await site.post([Posted(_CHAT, members[number % (MEMBERS - 1)], name)])
        (message,) = await site.store.get_many([paths.message(_CHAT, name)])
        assert message is not None
        times.append(message.update_time)
        await site.publisher.publish(queued)
    return times


async def _watch(site: MessageSite, uid: str, count: int) -> list[datetime]:
    """Return when each message was in the row of a member who posts nothing."""
    arrived: list[datetime] = []
    path = paths.user_chat(uid, _CHAT)
    deadline = time.monotonic() + count / A_SECOND + _LAST_SECONDS
    while len(arrived) < count:
        (row,) = await site.store.get_many([path])
        there = 0 if row is None else row.fields["messageCount"]
        if row is not None and isinstance(there, int):
            arrived += [row.update_time] * (there - len(arrived))
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(arrived)} of {count} messages are in the row of {uid}")
        await asyncio.sleep(_LOOK_SECONDS)
    return arrived
