"""What the store in memory can do beyond the contract that it shares with the real one."""

from datetime import timedelta

import pytest

from parley.errors import CommitOutcomeUnknown, Conflict, StoreRejected, StoreUnavailable
from parley.store import SERVER_TIME, Query, Set, Update, UpdatedAt
from parley.testing.clock import FixedClock
from parley.testing.faults import StoreCall, failing, lost_answer
from parley.testing.in_memory_store import InMemoryStore


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(clock: FixedClock) -> InMemoryStore:
    return InMemoryStore(clock)


async def test_a_lost_answer_leaves_the_commit_applied(store: InMemoryStore) -> None:
    store.faults.append(lost_answer())
    with pytest.raises(CommitOutcomeUnknown):
        await store.commit([Set("a/1", {"n": 1})])
    assert store.document("a/1") == {"n": 1}
    await store.commit([Set("a/2", {})])
    assert store.paths() == ["a/1", "a/2"]


async def test_a_fault_before_the_effect_leaves_nothing_applied(store: InMemoryStore) -> None:
    away = StoreUnavailable("away")
    store.faults.append(failing(away, times=2, where=lambda call: call.touches("a/1")))
    await store.commit([Set("a/2", {})])
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await store.commit([Set("a/1", {})])
    assert store.document("a/1") is None
    assert store.counts.writes == 1
    await store.commit([Set("a/1", {})])


async def test_a_fault_may_let_another_commit_come_first(store: InMemoryStore) -> None:
    await store.commit([Set("a/1", {"n": 1})])
    (read,) = await store.get_many(["a/1"])
    assert read is not None

    async def overtake(call: StoreCall) -> None:
        store.faults.clear()
        await store.commit([Update("a/1", {"n": 2})])

    store.faults.append(overtake)
    with pytest.raises(Conflict):
        await store.commit([Update("a/1", {"n": 3}, UpdatedAt(read.update_time))])
    assert store.document("a/1") == {"n": 2}


async def test_reads_can_fail_too(store: InMemoryStore) -> None:
    store.faults.append(failing(StoreUnavailable("away"), operation="get_many"))
    store.faults.append(failing(StoreUnavailable("away"), operation="stream"))
    with pytest.raises(StoreUnavailable):
        await store.get_many(["a/1"])
    with pytest.raises(StoreUnavailable):
        _ = [chunk async for chunk in store.stream(Query("a"))]
    assert await store.get_many(["a/1"]) == [None]


async def test_times_rise_while_the_clock_stands(store: InMemoryStore) -> None:
    first = await store.commit([Set("a/1", {"n": 1})])
    second = await store.commit([Set("a/1", {"n": 2})])
    assert second.commit_time > first.commit_time


async def test_a_fence_with_only_server_time_does_not_change_within_a_millisecond(
    store: InMemoryStore,
) -> None:
    await store.commit([Set("fences/f", {"at": SERVER_TIME})])
    (read,) = await store.get_many(["fences/f"])
    assert read is not None
    at = UpdatedAt(read.update_time)
    await store.commit([Update("fences/f", {"at": SERVER_TIME}, at)])
    await store.commit([Update("fences/f", {"at": SERVER_TIME, "attempt": 1}, at)])
    with pytest.raises(Conflict):
        await store.commit([Update("fences/f", {"at": SERVER_TIME, "attempt": 2}, at)])


async def test_the_past_can_be_read_for_an_hour(store: InMemoryStore, clock: FixedClock) -> None:
    first = await store.commit([Set("a/1", {"n": 1})])
    for number in range(2, 5):
        clock.advance(1_000)
        await store.commit([Set("a/1", {"n": number})])
    (then,) = await store.get_many(["a/1"], read_time=first.commit_time)
    assert then is not None
    assert then.fields == {"n": 1}
    clock.advance(1_000)
    await store.commit([Set("a/1", {"n": 5})])
    with pytest.raises(StoreRejected):
        await store.get_many(["a/1"], read_time=first.commit_time)
    hour_ago = clock.now() - timedelta(hours=1)
    (then,) = await store.get_many(["a/1"], read_time=hour_ago)
    assert then is not None
    assert then.fields == {"n": 1}
