"""Behind each queue one process sweeps at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.errors import CommitOutcomeUnknown, StoreUnavailable
from parley.services.upkeep.sweep_lease import LEASE, SweepLease
from parley.testing.clock import START, FixedClock
from parley.testing.faults import failing
from parley.testing.in_memory_store import InMemoryStore


@pytest.fixture
def store() -> InMemoryStore:
    return InMemoryStore(FixedClock())


class Process:
    """A process with a clock of its own."""

    def __init__(self, store: InMemoryStore, ahead: float = 0.0) -> None:
        self.clock = FixedClock(START + timedelta(seconds=ahead))
        self.lease = SweepLease(store=store, clock=self.clock, name="queue")

    @property
    def has_it(self) -> bool:
        return self.lease.now() is not None


def go_on(store: InMemoryStore, seconds: float, *processes: Process) -> None:
    for clock in (store._clock, *(one.clock for one in processes)):
        assert isinstance(clock, FixedClock)
        clock.advance(seconds)


async def rounds(store: InMemoryStore, count: int, *processes: Process) -> list[int]:
    """How many processes have the lease, after each round of five seconds."""
    held = []
    for _ in range(count):
        go_on(store, 5, *processes)
        for process in processes:
            await process.lease.renew()
        held.append(sum(process.has_it for process in processes))
    return held


async def test_of_many_processes_one_has_it_all_the_time(store: InMemoryStore) -> None:
    processes = [Process(store) for _ in range(5)]
    for process in processes:
        await process.lease.renew()

    assert await rounds(store, 100, *processes) == [1] * 100
    assert processes[0].has_it


async def test_another_takes_it_soon_after_its_holder_died(store: InMemoryStore) -> None:
    dead, other = Process(store), Process(store)
    await dead.lease.renew()
    await other.lease.renew()

    held = await rounds(store, 4, other)

    assert held == [0, 0, 1, 1]
    assert 3 * 5 <= 20


async def test_a_holder_that_drains_leaves_it_at_once(store: InMemoryStore) -> None:
    first, second = Process(store), Process(store)
    await first.lease.renew()
    await first.lease.release()
    assert not first.has_it

    await second.lease.renew()

    assert second.has_it


async def test_one_that_was_stopped_and_wakes_up_sees_that_it_lost_it(
    store: InMemoryStore,
) -> None:
    asleep, other = Process(store), Process(store)
    await asleep.lease.renew()
    await other.lease.renew()
    await rounds(store, 5, other)
    asleep.clock.advance(25)

    assert not asleep.has_it
    await asleep.lease.renew()
    assert [asleep.has_it, other.has_it] == [False, True]


@pytest.mark.parametrize("ahead", [-3_600.0, -15.0, 15.0, 3_600.0])
async def test_the_time_that_its_holder_sweeps_by_is_the_stores(
    store: InMemoryStore, ahead: float
) -> None:
    process = Process(store, ahead)
    await process.lease.renew()
    go_on(store, 3, process)

    assert process.lease.now() == START + timedelta(seconds=3)


@pytest.mark.parametrize("ahead", [-3_600.0, 3_600.0])
async def test_a_clock_that_is_wrong_takes_nothing_from_its_holder(
    store: InMemoryStore, ahead: float
) -> None:
    holder, wrong = Process(store), Process(store, ahead)
    await holder.lease.renew()

    assert await rounds(store, 50, holder, wrong) == [1] * 50
    assert holder.has_it


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_renewal_without_an_answer_ends_the_holding(
    store: InMemoryStore, moment: str
) -> None:
    process = Process(store)
    await process.lease.renew()
    store.faults.append(failing(CommitOutcomeUnknown("lost"), moment=moment))  # type: ignore[arg-type]
    await process.lease.renew()
    assert not process.has_it

    assert (await rounds(store, 5, process))[-1] == 1


async def test_a_holder_that_cannot_renew_it_stops_before_others_may_take_it(
    store: InMemoryStore,
) -> None:
    process = Process(store)
    await process.lease.renew()
    store.faults.append(failing(StoreUnavailable("away"), times=9))
    with pytest.raises(StoreUnavailable):
        await process.lease.renew()
    assert process.has_it

    go_on(store, LEASE.total_seconds(), process)

    assert not process.has_it
