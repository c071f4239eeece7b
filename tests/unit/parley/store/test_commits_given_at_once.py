"""Many commits that are given to the store at once share its calls, and harm nobody else."""

from __future__ import annotations

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import MUST_NOT_EXIST, Increment, Merge, Set, Write
from parley.store.joining_store import WRITES, JoiningStore
from parley.testing.faults import lost_answer
from parley.testing.in_memory_store import InMemoryStore
from tests.unit.parley.store.conftest import Calls


def row(number: int) -> list[Write]:
    return [Set(f"rows/{number}", {"n": number}, MUST_NOT_EXIST)]


async def test_commits_given_at_once_are_one_and_a_conflict_harms_nobody_else(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    await inner.commit(row(2))
    calls.seen.clear()

    outcomes = await store.commit_each([row(n) for n in range(4)])

    assert [isinstance(one, Conflict) for one in outcomes] == [False, False, True, False]
    assert calls.sizes("commit")[0] == 4
    assert len(inner.paths()) == 4


async def test_commits_given_at_once_that_write_one_document_are_two(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    add: list[Write] = [Merge("rows/sum", {"n": Increment(1)})]

    outcomes = await store.commit_each([[*row(1), *add], [*row(2), *add], row(3)])

    assert not any(isinstance(one, Exception) for one in outcomes)
    assert inner.document("rows/sum") == {"n": 2}
    assert calls.sizes("commit") == [2, 3]


async def test_commits_given_at_once_fill_no_call_beyond_its_room(
    store: JoiningStore, calls: Calls
) -> None:
    await store.commit_each([row(n) for n in range(WRITES + 1)])

    assert sorted(calls.sizes("commit")) == [1, WRITES]


async def test_after_a_lost_answer_commits_given_at_once_go_alone(
    inner: InMemoryStore, store: JoiningStore, calls: Calls
) -> None:
    inner.faults.append(lost_answer())
    outcomes = await store.commit_each([row(n) for n in range(3)])
    assert all(isinstance(one, CommitOutcomeUnknown) for one in outcomes)
    calls.seen.clear()

    await store.commit_each([[Set(f"rows/{n}", {"n": 0})] for n in range(4)])

    assert sorted(calls.sizes("commit")) == [1, 1, 1, 1]
