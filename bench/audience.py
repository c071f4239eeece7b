"""W4: plan campaigns of generated audiences, and send them; cost for a person and memory are flat.

Each size has a process of its own. The store makes the people of the service as they are
read and forgets what is written, but for the campaign's own job, status and plan, so that what
grows is the planner's own. Job, freezing, fences and publishing are those of production.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, cast

from bench.campaign_site import SERVICE, job
from bench.figures import Sample, peak_of
from bench.frame import PEAK, Case, Cell, Column, Figures, Opened, Options, in_turns, rate
from bench.generated_service import CAMPAIGN, CountingSender, GeneratedService, KeepingPublisher
from emulator.binaries import ROOT
from parley.adapters.system import RandomIds
from parley.bootstrap import wire
from parley.settings import Settings
from parley.store import Set, Store
from parley.testing.clock import FixedClock
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from schema import paths
from schema.campaign_plan import Plan

SIZES: Final = (10_000, 100_000, 1_000_000)
SENT_SIZES: Final = (10_000, 100_000)


async def measure(people: int, *, sends: bool) -> Figures:
    """Plan one campaign to everybody of a service, in this process."""
    clock = FixedClock(datetime(2026, 1, 5, 9, tzinfo=UTC))
    store = GeneratedService(people, clock)
    publisher, sender = KeepingPublisher(), CountingSender()
    app = wire(
        Settings(project_id="demo-bench"),
        clock=clock,
        new_ids=RandomIds(),
        store=cast(Store, store),
        publisher=publisher,
        subscriber=InMemoryQueue(clock),
        sender=sender,
        accounts=InMemoryAccounts(),
        sms=InMemorySms(clock).provider(),
        files=InMemoryFiles(),
        randomness=random.Random(7),
    )
    await store.commit(
        [
            Set(paths.service(SERVICE), {"name": "Acme", "kind": "dashboard"}),
            Set(paths.staff(SERVICE, "staff"), {"role": "owner", "displayName": "Sam"}),
            Set(paths.campaign(CAMPAIGN), job()),
        ]
    )
    before, counts = peak_of(os.getpid()), store.counts
    began, cpu = time.perf_counter(), time.process_time()
    await app.run_campaigns.run(CAMPAIGN)
    for batch_id in publisher.ready if sends else ():
        await app.send_campaign_batches.send(CAMPAIGN, batch_id)
        sent = publisher.sent
        assert sent is not None
        assert sent.batch_id == batch_id
        await app.notify_campaign_batches.notify(CAMPAIGN, batch_id, sent.previews)
        await store.forget(paths.campaign_batch(CAMPAIGN, batch_id))
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    spent = store.counts - counts
    (held,) = await store.get_many([paths.campaign_plan(CAMPAIGN)])
    assert held is not None
    plan = Plan.parse(held.fields)
    assert (plan.state, plan.audience_count) == ("frozen", people)
    assert (len(publisher.ready), sender.count) == (plan.batch_count, people if sends else 0)
    return Sample(people, seconds, used, 0.0, peak_of(os.getpid())).figures(
        growth=peak_of(os.getpid()) - before, reads=spent.reads, writes=spent.writes
    )


async def run_alone(people: int, *, sends: bool) -> Figures:
    """Measure one size in a process of its own, since a peak never falls."""
    command = [sys.executable, "-m", "bench.audience", str(people), *(["--send"] if sends else [])]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, cwd=ROOT)
    told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    figures: dict[str, float] = json.loads(told)
    return figures


def _opened(sizes: Sequence[int], *, sends: bool) -> Opened:
    def cells(options: Options) -> Sequence[Cell]:
        return [
            Cell(
                f"{people:,} people",
                partial(run_alone, people, sends=sends),
            )
            for people in ([options.amount] if options.amount else sizes)
        ]

    return in_turns(cells)


_COLUMNS = (
    Column("cpu", "CPU, s/1,000", 4),
    PEAK,
    Column("growth", "growth, MiB", 1),
    Column("reads", "reads"),
    Column("writes", "writes"),
    rate("people"),
)

CASES: Final = (
    Case(
        "w4-planned",
        "audience",
        "A campaign to everybody of a service, planned, in a store that makes the people",
        _COLUMNS,
        _opened(SIZES, sends=False),
        rounds=3,
    ),
    Case(
        "w4-sent",
        "audience",
        "The same, also sent and its pushes handed over to a sender that counts them",
        _COLUMNS,
        _opened(SENT_SIZES, sends=True),
        rounds=1,
    ),
)


def main() -> None:
    """Measure one size in this process, and print its figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.audience", description=__doc__)
    parser.add_argument("people", type=int)
    parser.add_argument("--send", action="store_true", help="also send, and hand the pushes over")
    arguments = parser.parse_args()
    print(json.dumps(asyncio.run(measure(arguments.people, sends=arguments.send))))


if __name__ == "__main__":
    main()
