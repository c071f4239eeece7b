"""A million people under the ramp, by several processes, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from parley.domain.campaigns.ramping import OPERATIONS_PER_PERSON, RISE, RISE_SECONDS
from parley.errors import CommitOutcomeUnknown
from parley.services.campaigns.ramp_slots import RampSlots
from parley.store import Snapshot, Store, Write
from parley.store.writes import CommitResult
from parley.testing.in_memory_store import InMemoryStore
from parley.testing.virtual_time import LoopClock, run_in_virtual_time
from schema import paths
from schema.campaign_ramp import StoredRamp
from tests.indexes import INDEXES

BASE = 500
BATCH = 100
LANES = 5
"""Batches that a process works on at once."""

BURST_SECONDS = 2.0
"""How late turns may be used: what was not sent in time may come on top within it."""


class CountedStore:
    """Passes on, takes time for each call, and counts."""

    def __init__(self, store: InMemoryStore, randomness: random.Random) -> None:
        self._store, self._randomness = store, randomness
        self.reads = self.writes = 0
        self.slowest = 0.05
        self.loses_answers = 0

    async def get_many(self, document_paths: Sequence[str]) -> list[Snapshot | None]:
        self.reads += len(document_paths)
        await asyncio.sleep(self._randomness.uniform(self.slowest / 10, self.slowest))
        return await self._store.get_many(document_paths)

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        await asyncio.sleep(self._randomness.uniform(self.slowest / 10, self.slowest))
        result = await self._store.commit(writes)
        self.writes += len(writes)
        if self.loses_answers:
            self.loses_answers -= 1
            raise CommitOutcomeUnknown("the answer was lost")
        return result


@dataclass
class Pool:
    """Processes that share one campaign, its batches and the ramp."""

    batches: int
    seed: int = 1
    seconds: float = 0.1
    begun: list[float] = field(default_factory=list)
    processes: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wanted = self.batches
        self.randomness = random.Random(self.seed)
        self.clock = LoopClock()
        self.memory = InMemoryStore(self.clock, INDEXES)
        self.store = CountedStore(self.memory, self.randomness)

    def start(self, count: int) -> None:
        for _ in range(count):
            self.processes.append(asyncio.create_task(self._process()))

    async def stop(self) -> None:
        """End all processes wherever they are, as a kill does."""
        for process in self.processes:
            process.cancel()
        await asyncio.gather(*self.processes, return_exceptions=True)
        self.processes.clear()

    async def finish(self) -> None:
        while len(self.begun) < self.wanted:
            await asyncio.sleep(1)

    async def _process(self) -> None:
        store: Store = self.store  # type: ignore[assignment]  # the calls that slots make
        slots = RampSlots(store=store, clock=self.clock, base=BASE, batch_size=BATCH)
        async with asyncio.TaskGroup() as lanes:
            for _ in range(LANES):
                lanes.create_task(self._lane(slots))

    async def _lane(self, slots: RampSlots) -> None:
        while self.batches:
            self.batches -= 1
            slot = None
            try:
                slot = await slots.take()
            finally:
                # The queue delivers again what was not begun.
                self.batches += slot is None
            if slot is not None:
                self.begun.append(asyncio.get_running_loop().time())
                await asyncio.sleep(self.seconds * self.randomness.uniform(0.5, 1.5))

    def pace(self) -> float:
        fields = self.memory.document(paths.campaign_ramp())
        assert fields is not None
        return StoredRamp.parse(fields).pace


def allowed(seconds: float) -> float:
    """Return what the ramp allows up to a time, in operations."""
    steps, rest = divmod(seconds, RISE_SECONDS)
    whole = sum(BASE * RISE**step * RISE_SECONDS for step in range(int(steps)))
    return float(whole + BASE * RISE**steps * rest)


def assert_within_the_ramp(begun: Sequence[float]) -> None:
    """Assert that all that has begun, and each ten seconds of it, is within the ramp."""
    cost = BATCH * OPERATIONS_PER_PERSON
    for number, at in enumerate(begun, 1):
        assert number * cost <= allowed(at + BURST_SECONDS) + cost, f"at {at}"
    for first in range(0, len(begun), 50):
        at = begun[first]
        within = sum(at <= one < at + 10 for one in begun[first : first + 2_000])
        pace = BASE * RISE ** (at // RISE_SECONDS + 1)
        assert within * cost <= pace * (10 + BURST_SECONDS) + cost * LANES


@pytest.mark.parametrize("processes", [1, 2, 8])
def test_a_million_people_are_sent_to_within_the_ramp(processes: int) -> None:
    async def main() -> None:
        pool = Pool(10_000)
        pool.start(processes)
        await pool.finish()
        assert_within_the_ramp(pool.begun)
        # 2,000,000 operations take 25 minutes of the ramp.
        assert allowed(24.5 * 60) < 2_000_000 < allowed(25.5 * 60)
        assert pool.begun[-1] < 28 * 60, "the ramp is used, too"
        assert pool.pace() > 2_500
        assert pool.store.reads <= 10_000 * 0.2
        assert pool.store.writes <= 10_000 * 0.2
        await pool.stop()

    run_in_virtual_time(main())


def test_neither_pauses_nor_restarts_lift_the_ramp() -> None:
    async def main() -> None:
        pool = Pool(10_000)
        for _ in range(6):
            pool.start(2)
            await asyncio.sleep(90)
            await pool.stop()
            await asyncio.sleep(200)
        assert_within_the_ramp(pool.begun)
        sent = len(pool.begun) * BATCH * OPERATIONS_PER_PERSON
        # By the clock, half an hour has passed; of sending, nine minutes.
        assert 0.95 * allowed(540) <= sent <= allowed(540)
        assert pool.pace() == BASE * RISE

    run_in_virtual_time(main())


def test_a_long_silence_begins_the_ramp_anew() -> None:
    async def main() -> None:
        pool = Pool(1_000)
        pool.start(1)
        await pool.finish()
        await pool.stop()
        assert pool.pace() == BASE * RISE
        await asyncio.sleep(3_600)
        pool.batches, pool.wanted = 1, pool.wanted + 1
        pool.start(1)
        await pool.finish()
        await pool.stop()
        assert pool.pace() == BASE

    run_in_virtual_time(main())


def test_thirty_processes_share_the_beginning_of_the_ramp() -> None:
    async def main() -> None:
        pool = Pool(600)
        pool.start(30)
        await pool.finish()
        assert_within_the_ramp(pool.begun)
        assert pool.begun[-1] < 600 * 0.4 * 1.3
        await pool.stop()

    run_in_virtual_time(main())


def test_a_single_batch_goes_at_once_for_one_read_and_one_write() -> None:
    async def main() -> None:
        pool = Pool(1)
        pool.start(1)
        await pool.finish()
        await pool.stop()
        assert pool.begun[0] < 0.2
        assert (pool.store.reads, pool.store.writes) == (1, 1)

    run_in_virtual_time(main())


def test_a_slow_store_slows_campaigns_and_stops_none() -> None:
    async def main() -> None:
        pool = Pool(100)
        pool.store.slowest = 4.0
        pool.start(2)
        await pool.finish()
        await pool.stop()
        assert 100 * 0.4 * 0.9 <= pool.begun[-1] <= 100 * 0.4 * 4

    run_in_virtual_time(main())


def test_a_lost_answer_takes_no_second_stretch_and_counts_nothing_twice() -> None:
    async def main() -> None:
        pool = Pool(200)
        pool.start(1)
        await asyncio.sleep(20)
        pool.store.loses_answers = 1
        before = pool.store.writes
        while pool.store.loses_answers:
            await asyncio.sleep(0.05)
        assert pool.store.writes == before + 1
        await pool.finish()
        await pool.stop()
        assert pool.begun[-1] <= 200 * 0.4 * 1.05
        fields = pool.memory.document(paths.campaign_ramp())
        assert fields is not None
        assert StoredRamp.parse(fields).sent <= 200 * BATCH * OPERATIONS_PER_PERSON

    run_in_virtual_time(main())
