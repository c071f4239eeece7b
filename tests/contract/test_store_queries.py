"""What queries find, in memory and on the emulator alike."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from parley.errors import StoreRejected
from parley.store import Count, FieldPath, Operator, OrderBy, Query, Set, Store, Value, Where
from tests.contract.looking import found, ids

pytestmark = pytest.mark.contract

T1, T2 = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)

ORDERED: list[Value] = [
    None,
    False,
    True,
    math.nan,
    -math.inf,
    -1,
    0.5,
    1,
    2**53,
    math.inf,
    T1,
    T2,
    "",
    "A",
    "a",
    "é",
    "\uffff",
    "😀",
    b"",
    b"\x00",
    b"\xff",
    [],
    [1],
    [1, "a"],
    [2],
    {},
    {"a": 1},
    {"a": 1, "b": 0},
    {"a": 2},
    {"b": 0},
]
"""Every kind of value in Firestore's order."""


async def fill(store: Store, values: list[Value]) -> None:
    await store.commit([Set("none/none", {})])
    await store.commit(
        [Set(f"things/{n:02}", {"v": value}) for n, value in enumerate(values)]
        + [Set("things/zz", {"other": 1})]
    )


def numbers(found_ids: list[str]) -> list[int]:
    return [int(one) for one in found_ids]


async def test_values_are_ordered_by_type_and_then_by_value(store: Store) -> None:
    await fill(store, ORDERED)
    all_of_them = list(range(len(ORDERED)))
    assert numbers(await ids(store, Query("things", order_by=(OrderBy("v"),)))) == all_of_them
    down = Query("things", order_by=(OrderBy("v", descending=True),))
    assert numbers(await ids(store, down)) == all_of_them[::-1]


@pytest.mark.parametrize("position", [0, 2, 3, 9, 12, 20, 23, 29])
async def test_a_cursor_continues_after_its_value_of_any_type(store: Store, position: int) -> None:
    await fill(store, ORDERED)
    order = (OrderBy("v"),)
    query = Query("things", order_by=order, start_after=(ORDERED[position],), limit=3)
    expected = list(range(len(ORDERED)))[position + 1 : position + 4]
    assert numbers(await ids(store, query)) == expected


VALUES: list[Value] = [None, True, math.nan, 1, 1.0, 2, "1", "a", T1, [1], [1, "a"], {"a": 1}, "b"]

CONDITIONS: list[tuple[Operator, Value, list[int]]] = [
    ("==", 1, [3, 4]),
    ("==", True, [1]),
    ("==", None, [0]),
    ("==", math.nan, [2]),
    ("==", [1], [9]),
    ("==", {"a": 1}, [11]),
    ("==", T1, [8]),
    ("!=", 1, [1, 2, 5, 8, 6, 7, 12, 9, 10, 11]),
    ("!=", None, [1, 2, 3, 4, 5, 8, 6, 7, 12, 9, 10, 11]),
    ("!=", math.nan, [1, 3, 4, 5, 8, 6, 7, 12, 9, 10, 11]),
    (">", 1, [5]),
    (">=", 1, [3, 4, 5]),
    ("<", 2, [3, 4]),
    ("<=", 2, [3, 4, 5]),
    (">", "1", [7, 12]),
    ("<", "b", [6, 7]),
    (">=", T1, [8]),
    (">=", [1], [9, 10]),
    (">", {}, [11]),
    (">=", False, [1]),
    ("in", [1, "a", [1]], [3, 4, 7, 9]),
    ("in", [True, T1], [1, 8]),
    ("not-in", [1, "a", "nothing"], [1, 2, 5, 8, 6, 12, 9, 10, 11]),
    ("array-contains", 1, [9, 10]),
    ("array-contains", "a", [10]),
    ("array-contains", "z", []),
    ("array-contains-any", ["a", "z"], [10]),
    ("array-contains-any", [1, "a"], [9, 10]),
]


@pytest.mark.parametrize(("operator", "value", "expected"), CONDITIONS)
async def test_a_condition_finds_what_firestore_finds(
    store: Store, operator: Operator, value: Value, expected: list[int]
) -> None:
    await fill(store, VALUES)
    query = Query("things", where=(Where("v", operator, value),))
    assert numbers(await ids(store, query)) == expected


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("value", [None, math.nan])
async def test_null_and_nan_have_no_order(store: Store, operator: Operator, value: Value) -> None:
    with pytest.raises(ValueError, match="nothing is"):
        await found(store, Query("things", where=(Where("v", operator, value),)))


async def people(store: Store) -> None:
    rows: list[dict[str, Any]] = [
        {"age": 30, "city": "Oslo", "tags": ["a"], "m": {"x.y": 1}},
        {"age": 20, "city": "Rome", "tags": ["a", "b"], "m": {"x.y": 2}},
        {"age": 30, "city": "Rome", "tags": ["b"], "m": {"x.y": 3}},
        {"age": 40, "city": "Bonn", "m": {"z": 1}},
        {"city": "Oslo"},
    ]
    await store.commit([Set(f"people/p{n}", row) for n, row in enumerate(rows)])


async def test_all_conditions_must_hold(store: Store) -> None:
    await people(store)
    where = (
        Where("city", "==", "Rome"),
        Where("age", ">=", 25),
        Where("tags", "array-contains", "b"),
    )
    assert await ids(store, Query("people", where=where)) == ["p2"]


async def test_an_order_finds_only_documents_with_the_field(store: Store) -> None:
    await people(store)
    assert await ids(store, Query("people", order_by=(OrderBy("age"),))) == ["p1", "p0", "p2", "p3"]


async def test_ties_are_ordered_by_path_in_the_direction_of_the_last_order(store: Store) -> None:
    await people(store)
    down = (OrderBy("age", descending=True),)
    assert await ids(store, Query("people", order_by=down)) == ["p3", "p2", "p0", "p1"]
    both = (OrderBy("age", descending=True), OrderBy("city"))
    assert await ids(store, Query("people", order_by=both)) == ["p3", "p0", "p2", "p1"]


async def test_an_inequality_orders_by_its_field(store: Store) -> None:
    await people(store)
    query = Query("people", where=(Where("city", ">", "C"),))
    assert await ids(store, query) == ["p0", "p4", "p1", "p2"]
    two = Query("people", where=(Where("city", ">", "C"), Where("age", ">", 10)))
    assert await ids(store, two) == ["p1", "p0", "p2"]
    named = Query("people", where=two.where, order_by=(OrderBy("city", descending=True),))
    assert await ids(store, named) == ["p2", "p1", "p0"]


async def test_a_query_is_paged_by_field_and_path(store: Store) -> None:
    await people(store)
    order = (OrderBy("age"), OrderBy("__name__"))
    seen: list[str] = []
    after: tuple[Value, ...] | None = None
    while page := await found(store, Query("people", (), order, start_after=after, limit=1)):
        seen.append(page[0].id)
        after = (page[0].fields["age"], page[0].path)
    assert seen == ["p1", "p0", "p2", "p3"]


async def test_a_cursor_without_the_path_skips_all_ties(store: Store) -> None:
    await people(store)
    query = Query("people", order_by=(OrderBy("age"),), start_after=(30,))
    assert await ids(store, query) == ["p3"]


async def test_documents_are_found_and_ordered_by_path(store: Store) -> None:
    await people(store)
    after = Query("people", order_by=(OrderBy("__name__"),), start_after=("people/p2",))
    assert await ids(store, after) == ["p3", "p4"]
    some = Query("people", where=(Where("__name__", "in", ["people/p3", "people/p0", "people/x"]),))
    assert await ids(store, some) == ["p0", "p3"]
    above = Query("people", where=(Where("__name__", ">=", "people/p3"),))
    assert await ids(store, above) == ["p3", "p4"]


async def test_documents_cannot_be_ordered_by_path_descending(store: Store) -> None:
    await people(store)
    with pytest.raises(StoreRejected):
        await found(store, Query("people", order_by=(OrderBy("__name__", descending=True),)))


@pytest.mark.parametrize("field", [("m", "x.y"), ("m", "z")])
async def test_a_field_inside_a_map_is_queried_by_its_path(store: Store, field: FieldPath) -> None:
    await people(store)
    expected = ["p3"] if field == ("m", "z") else ["p0"]
    assert await ids(store, Query("people", where=(Where(field, "==", 1),))) == expected


async def test_a_query_returns_only_the_selected_fields(store: Store) -> None:
    await people(store)
    one = (Where("age", "==", 40),)
    (row,) = await found(store, Query("people", where=one, select=("city", ("m", "z"), "no")))
    assert row.fields == {"city": "Bonn", "m": {"z": 1}}
    (bare,) = await found(store, Query("people", where=one, select=()))
    assert bare.fields == {}
    assert bare.path == "people/p3"


async def test_a_query_stays_within_its_collection(store: Store) -> None:
    await store.commit(
        [
            Set("chats/ann:service:acme/members/ann", {"n": 1}),
            Set("chats/ann:service:acme/members/ann/deeper/x", {"n": 1}),
            Set("chats/bob:service:acme/members/bob", {"n": 1}),
            Set("members/eve", {"n": 1}),
        ]
    )
    assert await ids(store, Query("chats/ann:service:acme/members")) == ["ann"]
    assert await ids(store, Query("members")) == ["eve"]
    assert await ids(store, Query("nothing")) == []


async def test_a_query_of_a_group_reaches_all_collections_of_that_id(store: Store) -> None:
    await store.commit(
        [
            Set("chatMessages/b/messages/m1", {"n": 2}),
            Set("chatMessages/a/messages/m2", {"n": 1}),
            Set("chatMessages/a/messages/m2/reactions/ann", {"n": 1}),
            Set("chatMessages/a/messages/m3", {"n": 9}),
            Set("chatMessages/a/messages/m4", {"other": 1}),
            Set("messages/m5", {"n": 3}),
            Set("oldmessages/m6", {"n": 1}),
        ]
    )
    query = Query("messages", (Where("n", "<", 9),), (OrderBy("n"),), is_group=True)

    assert [snapshot.path for snapshot in await found(store, query)] == [
        "chatMessages/a/messages/m2",
        "chatMessages/b/messages/m1",
        "messages/m5",
    ]
    assert await store.aggregate(query, {"all": Count()}) == {"all": 3}


@pytest.mark.parametrize(
    "query",
    [
        Query("people/p1"),
        Query(""),
        Query("people", limit=0),
        Query("people/p1/friends", is_group=True),
        Query("people", order_by=(OrderBy("a"),), start_after=(1, 2)),
        Query("people", start_after=(1,)),
        Query("people", where=(Where("a", "in", []),)),
    ],
)
async def test_an_invalid_query_is_a_value_error(store: Store, query: Query) -> None:
    with pytest.raises(ValueError, match=r"path|limit|start_after|at least one|group"):
        await found(store, query)
