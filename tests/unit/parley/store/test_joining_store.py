"""Small calls of many callers travel together, and no caller is harmed by another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from parley.errors import CommitOutcomeUnknown, CommitTooLarge, Conflict, StoreUnavailable
from parley.store import (
    MUST_EXIST,
    MUST_NOT_EXIST,
    Delete,
    FieldPath,
    Increment,
    Merge,
    Set,
    Snapshot,
    Write,
)
from parley.store.joining_store import DOCUMENTS, WORTH_A_CALL, WRITES, JoiningStore
from parley.testing.clock import FixedClock
from parley.testing.faults import StoreCall, failing, lost_answer
from parley.testing.in_memory_store import InMemoryStore
from tests.unit.parley.store.conftest import Calls


def row(number: int) -> list[Write]:
    return [Set(f"rows/{number}", {"n": number}, MUST_NOT_EXIST)]


async def committed(store: JoiningStore, commits: Sequence[Sequence[Write]]) -> list[object]:
    """The outcome of each commit, all of them begun at once."""
    return await asyncio.gather(*map(store.commit, commits), return_exceptions=True)


async def test_commits_begun_at_once_are_one_commit(store: JoiningStore, calls: Calls) -> None:
    await committed(store, [row(n) for n in range(30)])

    assert calls.sizes("commit") == [30]


async def test_reads_begun_at_once_are_one_read_and_each_gets_its_own(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    await inner.commit([Set(f"rows/{n}", {"n": n}) for n in range(30)])

    found = await asyncio.gather(
        *(store.get_many([f"rows/{n}", f"none/{n}", f"rows/{n}"]) for n in range(30))
    )

    assert calls.sizes("get_many") == [90]
    for n, (first, missing, again) in enumerate(found):
        assert missing is None
        assert first is not None
        assert first == again
        assert first.fields == {"n": n}


async def test_a_lone_call_waits_for_nobody(store: JoiningStore, calls: Calls) -> None:
    async with asyncio.timeout(60):
        await store.commit(row(1))
        await store.get_many(["rows/1"])

    assert (calls.sizes("commit"), calls.sizes("get_many")) == ([1], [1])


async def test_what_comes_while_two_calls_are_under_way_goes_together(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    gate = asyncio.Event()

    async def hold(call: StoreCall) -> None:
        if call.moment == "before":
            await gate.wait()

    inner.faults.append(hold)
    tasks = []
    for n in range(10):
        tasks.append(asyncio.create_task(store.commit(row(n))))
        while len(calls.seen) < min(n + 1, 2):
            await asyncio.sleep(0)
        await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)

    assert calls.sizes("commit") == [1, 1, 8]


async def test_one_conflict_harms_nobody_else(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    await inner.commit(row(17))
    calls.seen.clear()

    outcomes = await committed(store, [row(n) for n in range(100)])

    failed = [n for n, one in enumerate(outcomes) if isinstance(one, BaseException)]
    assert failed == [17]
    assert isinstance(outcomes[17], Conflict)
    assert len(inner.paths()) == 100
    assert len(calls.sizes("commit")) == 1 + 10 + 4 + 3


async def test_a_commit_that_the_store_refuses_harms_nobody_else(
    inner: InMemoryStore, store: JoiningStore
) -> None:
    inner.faults.append(
        failing(CommitTooLarge("too large"), times=99, where=lambda call: call.touches("rows/3"))
    )

    outcomes = await committed(store, [row(n) for n in range(20)])

    failed = [n for n, one in enumerate(outcomes) if isinstance(one, BaseException)]
    assert failed == [3]
    assert isinstance(outcomes[3], CommitTooLarge)


async def test_all_of_one_caller_is_applied_or_nothing(
    inner: InMemoryStore, store: JoiningStore
) -> None:
    commits: list[list[Write]] = [
        [Merge(f"chats/{n}", {"count": Increment(1)}), Delete(f"fences/{n}", MUST_EXIST)]
        for n in range(20)
    ]
    await inner.commit([Set(f"fences/{n}", {}) for n in range(0, 20, 2)])

    outcomes = await committed(store, commits)

    for n, outcome in enumerate(outcomes):
        assert isinstance(outcome, Conflict) == bool(n % 2)
        assert (inner.document(f"chats/{n}") is not None) == (n % 2 == 0)
    assert not [path for path in inner.paths() if path.startswith("fences/")]


async def test_two_callers_that_write_one_document_go_one_after_the_other(
    inner: InMemoryStore, store: JoiningStore
) -> None:
    outcomes = await committed(
        store, [[Merge("rows/same", {"n": Increment(1)}), *row(n)] for n in range(5)]
    )

    assert not [one for one in outcomes if isinstance(one, BaseException)]
    assert inner.document("rows/same") == {"n": 5}


async def test_a_lost_answer_is_told_to_all_and_the_next_time_each_goes_alone(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    inner.faults.append(lost_answer())
    again: list[list[Write]] = [[Merge(f"rows/{n}", {"n": n})] for n in range(5)]

    outcomes = await committed(store, [row(n) for n in range(5)])
    await committed(store, again)

    assert all(isinstance(one, CommitOutcomeUnknown) for one in outcomes)
    assert calls.sizes("commit") == [5, 1, 1, 1, 1, 1]


async def test_an_outage_is_told_to_all_without_trying_each(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    inner.faults.append(failing(StoreUnavailable("away")))

    outcomes = await committed(store, [row(n) for n in range(5)])

    assert all(isinstance(one, StoreUnavailable) for one in outcomes)
    assert calls.sizes("commit") == [5]


async def test_a_path_that_cannot_be_read_harms_nobody_else(
    inner: InMemoryStore, store: JoiningStore
) -> None:
    await inner.commit(row(1))

    good, bad = await asyncio.gather(
        store.get_many(["rows/1"]), store.get_many(["no-document"]), return_exceptions=True
    )

    assert isinstance(bad, ValueError)
    assert isinstance(good, list)
    assert good[0] is not None


class Slow(InMemoryStore):
    """Answers a read of a document that is there only after others were refused."""

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        found = await super().get_many(paths, select=select, read_time=read_time)
        for _ in range(20):
            await asyncio.sleep(0)
        return found


async def test_a_path_that_cannot_be_read_harms_nobody_whose_read_takes_longer() -> None:
    inner = Slow(FixedClock())
    await inner.commit(row(1))
    store = JoiningStore(inner)

    good, bad = await asyncio.gather(
        store.get_many(["rows/1"]), store.get_many(["no-document"]), return_exceptions=True
    )

    assert isinstance(bad, ValueError)
    assert isinstance(good, list)
    assert good[0] is not None


async def test_a_caller_who_gives_up_leaves_the_others_their_call(
    inner: InMemoryStore, store: JoiningStore
) -> None:
    tasks = [asyncio.create_task(store.commit(row(n))) for n in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert inner.document("rows/0") == {"n": 0}
    assert inner.document("rows/2") == {"n": 2}


async def test_each_call_stays_within_its_room(store: JoiningStore, calls: Calls) -> None:
    await committed(store, [row(n) for n in range(2 * WRITES + 1)])
    await asyncio.gather(*(store.get_many([f"rows/{n}"]) for n in range(2 * DOCUMENTS + 1)))

    assert sorted(calls.sizes("commit")) == [1, WRITES, WRITES]
    assert sorted(calls.sizes("get_many")) == [1, DOCUMENTS, DOCUMENTS]


async def test_a_large_call_goes_at_once_and_alone(store: JoiningStore, calls: Calls) -> None:
    large = [write for n in range(WORTH_A_CALL) for write in row(n)]

    await committed(store, [row(500), large, row(501)])

    assert sorted(calls.sizes("commit")) == [2, WORTH_A_CALL]


async def test_selections_with_paths_into_maps_are_read_together(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    await inner.commit(
        [Set(f"rows/{n}", {"a": n, "b": 1, "m": {"x": 1, "y": 2, "z": 3}}) for n in range(2)]
    )

    (x,), (y,), (fence,) = await asyncio.gather(
        store.get_many(["rows/0"], select=("a", ("m", "x"))),
        store.get_many(["rows/1"], select=("a", ("m", "y"))),
        store.get_many(["rows/1"], select=()),
    )

    assert x is not None
    assert x.fields["a"] == 0
    assert "b" not in x.fields
    assert isinstance(x.fields["m"], dict)
    assert x.fields["m"]["x"] == 1
    assert y is not None
    assert isinstance(y.fields["m"], dict)
    assert y.fields["m"]["y"] == 2
    assert fence is not None
    assert fence.fields == {}
    assert sorted(calls.sizes("get_many")) == [1, 2]


async def test_update_times_are_those_of_the_callers_own_writes(
    inner: InMemoryStore, store: JoiningStore
) -> None:
    results = await asyncio.gather(*(store.commit(row(n)) for n in range(3)))

    for n, result in enumerate(results):
        (snapshot,) = await inner.get_many([f"rows/{n}"])
        assert snapshot is not None
        assert list(result.update_times) == [snapshot.update_time]
        assert result.update_times[-1:] == (snapshot.update_time,)
