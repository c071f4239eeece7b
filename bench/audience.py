"""`python -m bench.audience [PEOPLE...]`: plan campaigns of generated audiences; print the memory.

Each size is planned in a process of its own. The store makes the people of the service as they are
read and forgets what is written, but for the campaign's own job, status and plan, so that what
grows is the planner's own. Job, freezing, fences and publishing are those of production.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from bench.campaign_site import SERVICE, job, uid
from parley.adapters.system import RandomIds
from parley.bootstrap import wire
from parley.settings import Settings
from parley.store import Aggregation, CommitResult, Query, Set, Snapshot, Store, Write
from parley.store.counting import Counts, StoreCounter
from parley.testing.clock import FixedClock
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from parley.testing.in_memory_store import InMemoryStore
from schema import paths
from schema.campaign_plan import Plan
from schema.events import Payload

CAMPAIGN = "bench"
SIZES = (10_000, 100_000, 1_000_000)
_CHUNK = 100


class GeneratedService:
    """A store whose service has so many people; batches of the ledger are counted and forgotten."""

    def __init__(self, people: int, clock: FixedClock) -> None:
        self._people = people
        self._clock = clock
        self._kept = InMemoryStore(clock)
        self._counter = StoreCounter()

    @property
    def counts(self) -> Counts:
        """Return the reads, writes and deletes so far, as Firestore would bill them."""
        return self._counter.snapshot()

    async def get_many(self, wanted: Sequence[str], **options: Any) -> list[Snapshot | None]:
        """Return documents that are kept."""
        self._counter.read(wanted)
        return await self._kept.get_many(wanted, **options)

    async def get_timed(self, path: str, **options: Any) -> tuple[Snapshot | None, datetime]:
        """Return a document that is kept, and the time."""
        self._counter.read((path,))
        return await self._kept.get_timed(path, **options)

    async def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        """Yield the people of the service, made as they are read."""
        if query.collection != paths.service_users(SERVICE):
            raise ValueError(f"nobody should ask for {query.collection}")
        now = self._clock.now()
        for first in range(0, self._people, _CHUNK):
            last = min(self._people, first + _CHUNK)
            yield [
                Snapshot(paths.service_user(SERVICE, uid(number)), {}, now)
                for number in range(first, last)
            ]
            self._counter.queried(query.collection, last - first)

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        """Refuse: planning sums nothing."""
        raise ValueError(f"nobody should ask for sums of {query.collection}")

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        """Apply what is kept, under its fences, and forget the rest."""
        self._counter.committed(writes)
        ledger = paths.campaign_batches(CAMPAIGN)
        kept = [write for write in writes if not write.path.startswith(ledger)]
        result = await self._kept.commit(kept)
        forgotten = len(writes) - len(kept)
        return CommitResult(
            result.commit_time, [*result.update_times, *[result.commit_time] * forgotten]
        )


class CountingPublisher:
    """Counts what is published."""

    def __init__(self) -> None:
        self.count = 0

    async def publish(self, payloads: Sequence[Payload]) -> None:
        self.count += len(payloads)


def peak_mib() -> float:
    """Return the most memory that this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


async def measure(people: int) -> str:
    """Plan one campaign to everybody of a service; return a row of a table in Markdown."""
    clock = FixedClock(datetime(2026, 1, 5, 9, tzinfo=UTC))
    store = GeneratedService(people, clock)
    publisher = CountingPublisher()
    app = wire(
        Settings(project_id="demo-bench"),
        clock=clock,
        new_ids=RandomIds(),
        store=cast(Store, store),
        publisher=publisher,
        subscriber=InMemoryQueue(clock),
        sender=RecordingPushSender(),
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
    before, counts = peak_mib(), store.counts
    began, cpu = time.perf_counter(), time.process_time()
    await app.run_campaigns.run(CAMPAIGN)
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    spent = store.counts - counts
    (held,) = await store.get_many([paths.campaign_plan(CAMPAIGN)])
    assert held is not None
    plan = Plan.parse(held.fields)
    assert (plan.state, plan.audience_count, publisher.count) == (
        "frozen",
        people,
        plan.batch_count,
    )
    return (
        f"| {people:,} | {peak_mib():.0f} MiB | {peak_mib() - before:.1f} MiB | {spent.reads:,} | "
        f"{spent.writes:,} | {seconds:.1f} | {1_000 * used / people:.3f} |"
    )


def main() -> None:
    """Measure each size in a process of its own, since a peak never falls."""
    parser = argparse.ArgumentParser(prog="python -m bench.audience", description=__doc__)
    parser.add_argument("people", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--here", action="store_true", help="measure in this process")
    arguments = parser.parse_args()
    if arguments.here:
        for people in arguments.people:
            print(asyncio.run(measure(people)), flush=True)
        return
    print("| people | peak memory | growth | reads | writes | seconds | CPU s/1,000 |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for people in arguments.people:
        command = [sys.executable, "-m", "bench.audience", "--here", str(people)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
