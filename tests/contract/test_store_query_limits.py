"""What queries find beside null and NaN, and which are refused, in memory and on the emulator."""

import math
from typing import Any

import pytest

from parley.errors import StoreRejected
from parley.store import Count, Operator, OrderBy, Query, Set, Store, Sum, Value, Where
from tests.contract.looking import found, ids

pytestmark = pytest.mark.contract

NAN = math.nan
VALUES: list[Value] = [None, NAN, 1, 1.0, "a", [None], [NAN], [1, None], {"a": NAN}, 2**53 + 1]

CONDITIONS: list[tuple[Operator, Value, list[int]]] = [
    ("in", [None], []),
    ("in", [NAN], []),
    ("in", [None, NAN, 1], [2, 3]),
    ("in", [[None], [NAN], {"a": NAN}], [5, 6, 8]),
    ("in", [float(2**53)], []),
    ("not-in", [None], []),
    ("not-in", [None, 1], []),
    ("not-in", [NAN], [1, 2, 3, 9, 4, 6, 5, 7, 8]),
    ("not-in", [NAN, 1], [1, 9, 4, 6, 5, 7, 8]),
    ("array-contains", None, []),
    ("array-contains", NAN, []),
    ("array-contains", 1.0, [7]),
    ("array-contains-any", [None], []),
    ("array-contains-any", [NAN], []),
    ("array-contains-any", [None, 1], [7]),
    ("==", [None], [5]),
    ("==", [[1]], []),
    (">", float(2**53), [9]),
]


@pytest.mark.parametrize(("operator", "value", "expected"), CONDITIONS)
async def test_in_conditions_never_match_null_or_nan(
    store: Store, operator: Operator, value: Value, expected: list[int]
) -> None:
    await store.commit([Set(f"things/{n}", {"v": one}) for n, one in enumerate(VALUES)])
    found_ids = await ids(store, Query("things", (Where("v", operator, value),)))
    assert sorted(map(int, found_ids)) == sorted(expected)


def among(count: int) -> list[int]:
    return list(range(count))


SERVED: dict[str, Query] = {
    "in 30": Query("things", (Where("v", "in", among(30)),)),
    "not-in 10": Query("things", (Where("v", "not-in", among(10)),)),
    "array-contains-any 30": Query("things", (Where("v", "array-contains-any", among(30)),)),
    "30 disjunctions": Query("things", (Where("v", "in", among(10)), Where("w", "in", among(3)))),
    "10 inequalities": Query("things", tuple(Where(f"f{n}", ">", 0) for n in range(10))),
    "1,500 bytes": Query("things", (Where("v", "==", "x" * 1_499),)),
    "name and field": Query("things", (Where("__name__", ">", "things/a"), Where("v", ">", 1))),
    "names backwards by an index": Query(
        "things", (Where("v", "==", 1),), (OrderBy("__name__", descending=True),)
    ),
}
REFUSED: dict[str, Query] = {
    "in 31": Query("things", (Where("v", "in", [1] * 31),)),
    "names in 31": Query("things", (Where("__name__", "in", [f"things/{n}" for n in among(31)]),)),
    "not-in 11": Query("things", (Where("v", "not-in", among(11)),)),
    "array-contains-any 31": Query("things", (Where("v", "array-contains-any", among(31)),)),
    "33 disjunctions": Query("things", (Where("v", "in", among(11)), Where("w", "in", among(3)))),
    "two !=": Query("things", (Where("v", "!=", 1), Where("w", "!=", 1))),
    "!= null and not-in": Query("things", (Where("v", "!=", None), Where("w", "not-in", [1]))),
    "in and not-in": Query("things", (Where("v", "in", [1]), Where("w", "not-in", [1]))),
    "two array-contains": Query(
        "things", (Where("v", "array-contains", 1), Where("w", "array-contains-any", [1]))
    ),
    "11 inequalities": Query("things", tuple(Where(f"f{n}", ">", 0) for n in range(11))),
    "a text too long": Query("things", (Where("v", "==", "x" * 1_500),)),
    "bytes too long": Query("things", (Where("v", "in", [b"x" * 1_501]),)),
    "a list too large": Query("things", (Where("v", "==", among(200)),)),
    "an element too long": Query("things", (Where("v", "array-contains", "é" * 750),)),
    "a reserved name": Query("things", (Where("__x__", "==", 1),)),
    "a reserved name in a value": Query("things", (Where("v", "==", {"__x__": 1}),)),
    "a reserved name in a cursor": Query(
        "things", order_by=(OrderBy("v"),), start_after=({"__x__": 1},)
    ),
    "an order twice": Query("things", order_by=(OrderBy("v"), OrderBy("v", descending=True))),
    "an order after the name": Query("things", order_by=(OrderBy("__name__"), OrderBy("v"))),
    "an inequality after the name": Query("things", (Where("v", ">", 1),), (OrderBy("__name__"),)),
    "a name that contains": Query("things", (Where("__name__", "array-contains", "things/a"),)),
    "a name beside an inequality": Query(
        "things", (Where("__name__", "in", ["things/a"]), Where("v", ">", 1))
    ),
    "names backwards": Query(
        "things", (Where("__name__", ">", "things/a"),), (OrderBy("__name__", descending=True),)
    ),
}


@pytest.mark.parametrize("query", SERVED.values(), ids=SERVED)
async def test_a_query_at_the_limit_is_answered(store: Store, query: Query) -> None:
    await store.commit([Set("things/a", {"v": 1})])
    assert await ids(store, query) in ([], ["a"])
    assert (await store.aggregate(query, {"all": Count()})).keys() == {"all"}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
async def test_a_query_past_the_limit_is_rejected(store: Store, query: Query) -> None:
    await store.commit([Set("things/a", {"v": 1})])
    with pytest.raises(StoreRejected):
        await found(store, query)
    with pytest.raises(StoreRejected):
        await store.aggregate(query, {"all": Count()})


WRONG: dict[str, Query] = {
    "a text for a list": Query("things", (Where("v", "in", "abc"),)),
    "a map for a list": Query("things", (Where("v", "not-in", {"a": 1}),)),
    "a number for a list": Query("things", (Where("v", "array-contains-any", 5),)),
    "a number for a name": Query("things", (Where("__name__", "==", 5),)),
    "null for a name": Query("things", (Where("__name__", "!=", None),)),
    "a collection for a name": Query("things", (Where("__name__", "in", ["things"]),)),
    "a cursor that is no name": Query("things", order_by=(OrderBy("__name__"),), start_after=(1,)),
    "a limit beyond 32 bits": Query("things", limit=2**31),
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG)
async def test_an_inexpressible_query_is_a_value_error(store: Store, query: Query) -> None:
    with pytest.raises(ValueError, match=r"list|path of a document|limit"):
        await found(store, query)


BIG = 2**63 - 1
SUMS: list[tuple[list[Value], int | float]] = [
    ([BIG, 0], BIG),
    ([BIG, 1], float(2**63)),
    ([-BIG, -5], -float(2**63)),
    ([BIG, 1, -1], BIG),
    ([BIG, 0.5], float(2**63)),
    ([0.1, 0.2, 0.3], 0.6),
    ([0.0], 0.0),
    ([-0.0, 5], 5.0),
    ([math.inf, 1], math.inf),
    ([math.inf, -math.inf], NAN),
    ([1, NAN], NAN),
    ([1e308, 1e308], math.inf),
    ([True, None, "1", [1], 2], 2),
]


@pytest.mark.parametrize(("values", "total"), SUMS, ids=str)
async def test_a_sum_beyond_64_bits_is_a_double(
    store: Store, values: list[Value], total: float
) -> None:
    await store.commit([Set(f"things/{n}", {"v": one}) for n, one in enumerate(values)])
    got: Any = (await store.aggregate(Query("things"), {"sum": Sum("v")}))["sum"]
    assert type(got) is type(total)
    assert got == total or (math.isnan(got) and math.isnan(total))


@pytest.mark.parametrize("field", ["__name__", "__x__"])
async def test_a_sum_of_an_invalid_field_is_rejected(store: Store, field: str) -> None:
    with pytest.raises(StoreRejected):
        await store.aggregate(Query("things"), {"sum": Sum(field)})


@pytest.mark.parametrize("name", ["", "__x__"])
async def test_an_aggregation_needs_a_name(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be named"):
        await store.aggregate(Query("things"), {name: Count()})
