"""Ordinary messages by one process: of this tree, of others, and by hand, in turns.

The same messages are published to the queue each time, on fresh emulators, and a run ends when rows
and pushes are there. Where the machine is shared, the CPU seconds of the process are the verdict.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from bench.busy_group import run_group
from bench.figures import Sample, peak_of
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
from bench.message_site import Fanner, by_hand, message_site, pairs, posts_of, worker_of
from emulator.binaries import ROOT
from schema import limits

MESSAGES = 5_000
FEW_CHATS = 200
_WARM_UP = 1_000
"""Messages before, in chats of their own: the emulators' JVMs compile as they go."""


async def run_chats(fanner: Fanner, messages: int, chats: int) -> Figures:
    """Fan out so many messages in so many direct chats, and push them."""
    each = messages // chats
    async with message_site(fanner) as site:
        warm = pairs(_WARM_UP, "warm")
        await site.open_chats(warm)
        await site.publisher.publish(await site.post(posts_of(warm, 1)))
        await site.until_fanned_out()
        await site.until_pushed(_WARM_UP)
        people = pairs(chats, "chat")
        await site.open_chats(people)
        await site.until_idle()
        queued = await site.post(posts_of(people, each))
        before, began = site.used(), time.monotonic()
        await site.publisher.publish(queued)
        await site.until_fanned_out()
        at_once, in_all = _pushes(fanner, chats, each)
        await site.until_pushed(_WARM_UP + at_once)
        seconds = time.monotonic() - began
        await site.until_pushed(_WARM_UP + in_all)
        used = site.used()
        sample = Sample(
            chats * each,
            seconds,
            used.ours - before.ours,
            used.theirs - before.theirs,
            peak_of(site.worker.pid),
        )
        return sample.figures()


def _pushes(fanner: Fanner, chats: int, each: int) -> tuple[int, int]:
    """Return how many pushes go out at once, and how many in all; a summary comes after 10 s."""
    people = [(each + 1) // 2, each // 2]
    if not fanner.folds:
        return chats * sum(people), chats * sum(people)
    at_once = [min(mine, limits.PUSHES_IN_A_WINDOW) for mine in people]
    summaries = [int(mine > limits.PUSHES_IN_A_WINDOW) for mine in people]
    return chats * sum(at_once), chats * (sum(at_once) + sum(summaries))


def _opened(run: Callable[[Fanner, int], Awaitable[Figures]]) -> Opened:
    def cells(options: Options) -> Sequence[Cell]:
        fanners = [worker_of(ROOT), *map(worker_of, options.trees), by_hand()]
        return [Cell(one.name, partial(run, one, options.amount)) for one in fanners]

    return in_turns(cells)


async def _many_chats(fanner: Fanner, messages: int) -> Figures:
    return await run_chats(fanner, messages, messages)


async def _few_chats(fanner: Fanner, messages: int) -> Figures:
    return await run_chats(fanner, messages, min(FEW_CHATS, messages))


async def _group(fanner: Fanner, messages: int) -> Figures:
    run = await run_group(fanner, seconds=60.0 * messages / MESSAGES)
    return run.figures()


_COLUMNS = (rate("messages"), CPU, THEIRS, PEAK)

CASES: Final = (
    Case(
        "many-chats",
        "messages",
        "{amount:,} messages in as many direct chats, rows and pushes",
        _COLUMNS,
        _opened(_many_chats),
        amount=MESSAGES,
    ),
    Case(
        "few-chats",
        "messages",
        "{amount:,} messages in 200 direct chats, rows and pushes",
        _COLUMNS,
        _opened(_few_chats),
        amount=MESSAGES,
    ),
    Case(
        "group",
        "messages",
        "20 messages a second in a group of 100, for a minute",
        (
            Column("p95", "commit to row, p95 ms"),
            Column("p50", "p50 ms"),
            Column("cpu", "our CPU, s/1,000 rows", 4, "of its CPU"),
            Column("theirs", "emulators' CPU, s/1,000 rows", 4),
            Column("last", "last after, s", 1),
        ),
        _opened(_group),
        amount=MESSAGES,
    ),
)
