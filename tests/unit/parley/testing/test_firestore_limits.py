"""What production documents as refused and the emulator takes; the rest is in the contract tier."""

from __future__ import annotations

from typing import Any

import pytest

from parley.errors import Conflict, StoreRejected
from parley.store import (
    MUST_EXIST,
    SERVER_TIME,
    ArrayRemove,
    ArrayUnion,
    Increment,
    Merge,
    Query,
    Set,
    Update,
    Where,
    Write,
)
from parley.testing.clock import FixedClock
from parley.testing.firestore_indexes import Indexes
from parley.testing.firestore_limits import REQUEST_BYTES
from parley.testing.in_memory_store import InMemoryStore
from tests.contract.looking import by_path

DOC = "rooms/a"


@pytest.fixture
def store() -> InMemoryStore:
    return InMemoryStore(FixedClock())


def deep(levels: int, innermost: Any) -> Any:
    for _ in range(levels):
        innermost = {"m": innermost}
    return innermost


REFUSED: dict[str, Write] = {
    "a name of four underscores": Set(DOC, {"____": 1}),
    "an id of four underscores": Set("rooms/____", {}),
    "a collection of four underscores": Set("____/a", {}),
    "a transform of a reserved field": Merge(DOC, by_path({("m", "__name__"): SERVER_TIME})),
    "a transform that nests too deep": Set(DOC, deep(20, ArrayUnion(({"a": 1},)))),
    "a transform at too long a path": Merge(DOC, by_path({("m", "n" * 1_499): Increment(1)})),
    "a union with a long name": Merge(DOC, {"m": ArrayUnion(({"n" * 1_499: 1},))}),
    "an array within an array by union": Merge(DOC, {"m": ArrayUnion(([1],))}),
    "the same below a map": Merge(DOC, {"m": ArrayUnion(({"a": [[1]]},))}),
    "an array within an array to remove": Merge(DOC, {"m": ArrayRemove(([1],))}),
    "a name of more than 6 KiB": Set("/".join(["x" * 1_040] * 6), {}),
    "501 transforms": Merge(DOC, {f"f{n}": SERVER_TIME for n in range(501)}),
}


@pytest.mark.parametrize("write", REFUSED.values(), ids=REFUSED)
async def test_limits_of_production_are_enforced_beyond_the_emulators(
    store: InMemoryStore, write: Write
) -> None:
    with pytest.raises(StoreRejected):
        await store.commit([Set("rooms/other", {}), write])
    assert store.paths() == []


async def test_500_transforms_of_one_document_are_accepted(store: InMemoryStore) -> None:
    await store.commit([Merge(DOC, {f"f{n}": SERVER_TIME for n in range(500)})])


async def test_a_request_of_ten_mebibytes_is_the_largest(store: InMemoryStore) -> None:
    writes = [Set(f"rooms/{n}", {"text": "x" * 1_000_000}) for n in range(10)]
    await store.commit(writes)
    with pytest.raises(StoreRejected, match=f"limit: {REQUEST_BYTES}"):
        await store.commit([*writes, Set("rooms/10", {"text": "x" * 500_000})])


async def test_a_document_cannot_grow_past_its_limit(store: InMemoryStore) -> None:
    await store.commit([Set(DOC, {"a": "x" * 800_000})])
    with pytest.raises(StoreRejected, match="limit: 1048576"):
        await store.commit([Update(DOC, {"b": "x" * 300_000})])
    assert (store.document(DOC) or {}).keys() == {"a"}


async def test_an_invalid_write_is_rejected_before_its_precondition(store: InMemoryStore) -> None:
    with pytest.raises(StoreRejected):
        await store.commit([Update(DOC, {"__x__": 1})])
    with pytest.raises(Conflict):
        await store.commit([Set(DOC, {}, MUST_EXIST)])


async def test_values_that_are_too_deep_are_rejected(store: InMemoryStore) -> None:
    with pytest.raises(StoreRejected, match="nested deeper"):
        await store.commit([Set(DOC, deep(900, 1))])
    with pytest.raises(StoreRejected, match="nested deeper"):
        await store.commit([Update(DOC, {"l": ArrayUnion((deep(900, 1),))})])


async def test_a_query_of_more_than_100_clauses_is_rejected(store: InMemoryStore) -> None:
    clauses = tuple(Where("n", ">", n) for n in range(100))
    assert [chunk async for chunk in store.stream(Query("rooms", clauses))] == []
    for query in (Query("rooms", (*clauses, clauses[0])), Query("rooms/a/guests", clauses)):
        with pytest.raises(StoreRejected, match="limit: 100"):
            await anext(store.stream(query))


INDEXES = Indexes(
    composite={"rooms": [(("tags", "CONTAINS"), ("n", "ASCENDING"))]},
    single={"rooms": {"exempt": frozenset()}},
    group={"rooms": {"n": frozenset({"ASCENDING"})}},
)


@pytest.mark.parametrize(
    ("fields", "entries"),
    [
        ({"n": 1}, 3),
        ({"m": {"a": {"b": 1}, "c": "x"}}, 4),
        ({"exempt": {"a": list(range(50_000))}}, 0),
        ({"list": list(range(39_999))}, 39_999),
        ({"tags": ["a", "b", "c"], "n": 1}, 3 + 3 + 3),
        ({"tags": list(range(19_998)), "n": 1}, 19_998 * 2 + 3),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_document_has_at_most_40_000_index_entries(
    fields: dict[str, Any], entries: int
) -> None:
    store = InMemoryStore(FixedClock(), INDEXES)
    filling = {"list2": list(range(40_000 - entries))}
    await store.commit([Set(DOC, {**fields, **filling})])
    with pytest.raises(StoreRejected, match="40001 index entries"):
        await store.commit([Set(DOC, {**fields, "list2": [*filling["list2"], 1]})])
