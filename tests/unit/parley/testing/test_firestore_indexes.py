"""What a query needs of the indexes, by Firestore's own rules."""

from collections.abc import Mapping

import pytest

from parley.errors import StoreRejected
from parley.store import Count, OrderBy, Query, Sum, Where
from parley.testing.clock import FixedClock
from parley.testing.firestore_indexes import ASCENDING, CONTAINS, DESCENDING, Indexes
from parley.testing.in_memory_store import InMemoryStore
from tests.indexes import INDEXES

EQUAL_A = Where("a", "==", 1)
EQUAL_B = Where("b", "in", [1, 2])
TAGGED = Where("tags", "array-contains", "x")
AFTER = Where("t", ">", 1)
RISING = OrderBy("t")
FALLING = OrderBy("t", descending=True)
NAMED = OrderBy("__name__")
NAMED_FALLING = OrderBy("__name__", descending=True)


def indexes(
    *composite: list[tuple[str, str]],
    single: Mapping[str, frozenset[str]] | None = None,
    group: Mapping[str, frozenset[str]] | None = None,
) -> Indexes:
    composites = [tuple(index) for index in composite]
    return Indexes({"c": composites}, {"c": single or {}}, {"c": group or {}})


A_UP, B_UP, T_UP, T_DOWN = (
    ("a", ASCENDING),
    ("b", ASCENDING),
    ("t", ASCENDING),
    ("t", DESCENDING),
)
TAGS = ("tags", CONTAINS)


@pytest.mark.parametrize(
    ("query", "served"),
    [
        (Query("c"), indexes()),
        (Query("x/1/c", order_by=(NAMED,), limit=1), indexes()),
        (Query("c", where=(EQUAL_A,)), indexes()),
        (Query("c", where=(AFTER,)), indexes()),
        (Query("c", where=(AFTER,), order_by=(FALLING,)), indexes()),
        (Query("c", order_by=(FALLING, NAMED_FALLING)), indexes()),
        (Query("c", where=(EQUAL_A, EQUAL_B, TAGGED), order_by=(NAMED,)), indexes()),
        (Query("c", where=(EQUAL_A, AFTER)), indexes([A_UP, T_UP])),
        (Query("c", where=(EQUAL_A, EQUAL_B), order_by=(RISING,)), indexes([B_UP, A_UP, T_UP])),
        (
            Query("c", where=(EQUAL_A, EQUAL_B), order_by=(RISING,)),
            indexes([A_UP, T_UP], [B_UP, T_UP]),
        ),
        (Query("c", where=(TAGGED,), order_by=(FALLING,)), indexes([TAGS, T_DOWN])),
        (Query("c", order_by=(OrderBy("a"), RISING)), indexes([A_UP, T_UP])),
        (Query("c", where=(EQUAL_A,)), indexes(single={"a": frozenset({ASCENDING})})),
        (Query("c", (AFTER,), is_group=True), indexes(group={"t": frozenset({ASCENDING})})),
        (
            Query("c", where=(EQUAL_A, EQUAL_B)),
            indexes([A_UP, B_UP], single={"a": frozenset()}),
        ),
    ],
    ids=str,
)
def test_a_query_is_served(query: Query, served: Indexes) -> None:
    assert served.missing(query) is None


@pytest.mark.parametrize(
    ("query", "unserved", "what"),
    [
        (Query("c", where=(EQUAL_A, AFTER)), indexes(), "a ASCENDING, t ASCENDING"),
        (Query("c", where=(EQUAL_A,), order_by=(FALLING,)), indexes([A_UP, T_UP]), "t DESCENDING"),
        (Query("c", where=(EQUAL_A, AFTER)), indexes([T_UP, A_UP]), "a ASCENDING, t ASCENDING"),
        (Query("c", where=(EQUAL_A, EQUAL_B, AFTER)), indexes([A_UP, T_UP]), "b ASCENDING"),
        (Query("c", where=(EQUAL_A, AFTER)), indexes([A_UP, B_UP, T_UP]), "t ASCENDING"),
        (Query("c", order_by=(RISING, NAMED_FALLING)), indexes(), "__name__ DESCENDING"),
        (Query("c", where=(EQUAL_A,)), indexes(single={"a": frozenset()}), "a ASCENDING"),
        (Query("c", where=(TAGGED,)), indexes(single={"tags": frozenset()}), "tags CONTAINS"),
        (Query("c", order_by=(FALLING,)), indexes(single={"t": frozenset({ASCENDING})}), "t DESC"),
        (
            Query("c", where=(Where(("map", "key"), "==", 1),)),
            indexes(single={"map": frozenset()}),
            "map.key",
        ),
        (Query("d", where=(EQUAL_A, AFTER)), indexes([A_UP, T_UP]), "d has no index"),
        (Query("c", (AFTER,), is_group=True), indexes(), "the group c has no index of (t ASC"),
        (Query("c", (EQUAL_A, AFTER), is_group=True), indexes([A_UP, T_UP]), "the group c"),
    ],
    ids=str,
)
def test_a_missing_index_is_named(query: Query, unserved: Indexes, what: str) -> None:
    assert what in str(unserved.missing(query))


def test_sums_need_one_index_of_all_their_fields() -> None:
    everything = Query("c")
    assert indexes().missing(everything, ["a"]) is None
    assert "a ASCENDING, b ASCENDING" in str(indexes().missing(everything, ["a", "b"]))
    assert indexes([B_UP, A_UP]).missing(everything, ["a", "b"]) is None


async def test_the_in_memory_store_refuses_queries_without_an_index() -> None:
    store = InMemoryStore(FixedClock(), indexes())
    unserved = Query("c", where=(EQUAL_A, AFTER))
    with pytest.raises(StoreRejected, match="needs an index: c has no index of"):
        [page async for page in store.stream(unserved)]
    with pytest.raises(StoreRejected, match="needs an index"):
        await store.aggregate(unserved, {"n": Count()})
    with pytest.raises(StoreRejected, match="needs an index"):
        await store.aggregate(Query("c"), {"a": Sum("a"), "b": Sum("b")})
    assert await store.aggregate(Query("c"), {"n": Count()}) == {"n": 0}


def test_the_file_that_is_deployed_is_read() -> None:
    assert INDEXES.indexed("messages", "body") == frozenset()
    assert INDEXES.indexed("messages", "senderId") == {ASCENDING, DESCENDING, CONTAINS}
    assert INDEXES.indexed("messages", "editedAt") == frozenset()
    assert INDEXES.indexed("messages", "editedAt", is_group=True) == {ASCENDING}
    assert INDEXES.composite["messageQueue"]
