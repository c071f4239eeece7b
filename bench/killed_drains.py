"""W9: `kill -9` every two seconds while a queue is drained: what is lost or doubled, and after.

Two processes drain. Messages come steadily for a while, and every two seconds one of the two is
killed, in turns, and started again, as a supervisor does. Before and after, the same two drain a
full queue undisturbed. Each message writes one document if it is absent and counts in it how often
it was written, so a message that was lost has no document, and a doubled one has 2.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from bench.frame import Case, Cell, Column, Figures, Options, in_turns
from bench.fresh_parts import fresh_parts
from bench.queue_drains import (
    BY_PULL,
    PARLEY,
    STREAMING,
    WARM_UP,
    WRITE,
    WRITE_MESSAGES,
    Drainer,
    Queue,
    open_queue,
)
from parley.adapters.firestore.store import FirestoreStore
from parley.store import Query
from schema import paths

PROCESSES: Final = 2
KILL_EVERY_SECONDS: Final = 2.0
KILLS: Final = 6
_A_STEP_SECONDS = 0.1


async def run_killed(drainer: Drainer, messages: int) -> Figures:
    """Drain, drain under kills, and drain again, on fresh emulators."""
    drainer.python()
    with fresh_parts("firestore", "pubsub") as parts:
        queue = await open_queue(parts, drainer, WRITE, PROCESSES, min(WARM_UP, messages))
        before = (await queue.drain(messages)).rate
        began = time.monotonic()
        await asyncio.gather(_publish_steadily(queue, messages), _kill(queue))
        for number, process in enumerate(queue.processes):
            if not process.running:
                raise RuntimeError(f"process {number} is not back:\n{process.log_tail()}")
        # What a killed process held comes again after its lease.
        await queue.until_handled()
        seconds = time.monotonic() - began - KILLS * KILL_EVERY_SECONDS
        await queue.until_quiet()
        after = (await queue.drain(messages)).rate
        lost, doubled = await _faults(queue)
        return {
            "share": 100 * after / before,
            "before": before,
            "after": after,
            "lost": lost,
            "doubled": doubled,
            "repeats": queue.tally.repeats,
            "late": max(0.0, seconds),
        }


async def _publish_steadily(queue: Queue, messages: int) -> None:
    steps = int(KILLS * KILL_EVERY_SECONDS / _A_STEP_SECONDS)
    began = time.monotonic()
    for step in range(steps):
        await queue.publish(messages * (step + 1) // steps - messages * step // steps)
        await asyncio.sleep(max(0.0, began + (step + 1) * _A_STEP_SECONDS - time.monotonic()))


async def _kill(queue: Queue) -> None:
    for number in range(KILLS):
        await asyncio.sleep(KILL_EVERY_SECONDS)
        process = queue.processes[number % PROCESSES]
        process.signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
        process.start()


async def _faults(queue: Queue) -> tuple[int, int]:
    """Return how many messages have no document, and how many were written more than once."""
    there: set[int] = set()
    doubled = 0
    async with FirestoreStore.connect(
        queue.parts.project, emulator_host=queue.parts.firestore_host
    ) as store:
        async for page in store.stream(Query(paths.CHATS)):
            for document in page:
                there.add(int(str(document.fields["number"])))
                doubled += document.fields["times"] != 1
    return queue.published - len(there), doubled


def _cells(options: Options) -> Sequence[Cell]:
    drainers = (PARLEY, BY_PULL, STREAMING)
    return [Cell(one.name, partial(run_killed, one, options.amount)) for one in drainers]


CASES: Final = (
    Case(
        "w9",
        "killed",
        "`kill -9` every two seconds while {amount:,} messages are drained",
        (
            Column("share", "throughput after, % of before"),
            Column("lost", "lost"),
            Column("doubled", "doubled"),
            Column("repeats", "handled again"),
            Column("late", "last one after, s", 1),
            Column("before", "messages/s before"),
            Column("after", "messages/s after"),
        ),
        in_turns(_cells),
        amount=WRITE_MESSAGES,
        rounds=3,
    ),
)
