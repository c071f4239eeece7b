from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from parley.domain.campaigns.filters import FilterError, fields_read, narrowing, predicate
from parley.store import Query, Set, Where
from parley.testing.clock import FixedClock
from parley.testing.in_memory_store import InMemoryStore
from schema.audience_filters import Filter

ANN: dict[str, Any] = {
    "attributes": {"plan": "pro", "visits": 3, "score": 2.0, "gone": None, "is": {"deep": "yes"}},
    "tags": ["vip", "beta"],
    "locale": "de-DE",
    "createdAt": datetime(2026, 3, 1, tzinfo=UTC),
}

READ: TypeAdapter[Filter] = TypeAdapter(Filter)


def read(raw: object) -> Filter:
    return READ.validate_python(raw)


def condition(field: str, op: str, value: object) -> dict[str, object]:
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("attributes.plan", "==", "pro", True),
        ("attributes.plan", "!=", "pro", False),
        ("attributes.visits", ">=", 3, True),
        ("attributes.visits", "<", 3.5, True),
        ("attributes.visits", ">", "2", False),
        ("attributes.score", "==", 2, True),
        ("attributes.visits", "==", True, False),
        ("attributes.missing", "!=", "pro", False),
        ("attributes.missing", "not-in", ["pro"], False),
        ("attributes.missing", "exists", False, True),
        ("attributes.gone", "exists", True, True),
        ("attributes.gone", "!=", 1, False),
        ("attributes.gone", "==", None, True),
        ("attributes.is.deep", "==", "yes", True),
        ("attributes.plan", "in", ["free", "pro"], True),
        ("attributes.plan", "not-in", ["free"], True),
        ("tags", "array-contains", "vip", True),
        ("tags", "array-contains", "none", False),
        ("tags", "array-contains-any", ["none", "beta"], True),
        ("locale", "array-contains", "de-DE", False),
        ("createdAt", ">", "2026-02-01T00:00:00+00:00", True),
        ("createdAt", "<=", datetime(2026, 3, 1, tzinfo=UTC), True),
        ("lastSeenAt", ">", datetime(2026, 3, 1, tzinfo=UTC), False),
    ],
)
def test_a_condition_holds_as_the_contract_says(
    field: str, op: str, value: object, expected: bool
) -> None:
    matches = predicate(read(condition(field, op, value)))
    negated = predicate(read({"not": condition(field, op, value)}))

    assert matches(ANN) is expected
    assert negated(ANN) is not expected


def test_and_or_and_not_combine_conditions() -> None:
    pro, old = condition("attributes.plan", "==", "pro"), condition("attributes.visits", ">", 9)

    assert not predicate(read({"and": [pro, old]}))(ANN)
    assert predicate(read({"or": [pro, old]}))(ANN)


def nested(depth: int) -> object:
    inner: object = condition("locale", "==", "de")
    for _ in range(depth - 1):
        inner = {"not": inner}
    return inner


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (nested(6), "deeper than 5"),
        ({"and": [condition("locale", "==", "de")] * 51}, "51 conditions, the limit is 50"),
        (condition("createdAt", ">", "yesterday"), "a time that has a zone"),
        (condition("createdAt", ">", "2026-01-01T00:00:00"), "a time that has a zone"),
        (condition("attributes.visits", ">", True), "compares numbers, texts and times"),
        ({"or": [condition("attributes.a", "<", None)]}, r"where\.or\[0\]\.value"),
    ],
)
def test_a_well_formed_but_invalid_filter_is_refused_with_its_place(raw: object, told: str) -> None:
    with pytest.raises(FilterError, match=told):
        predicate(read(raw))


def test_filters_at_the_limits_pass() -> None:
    predicate(read(nested(5)))
    predicate(read({"and": [condition("locale", "==", "de")] * 50}))


def test_the_query_has_only_equalities_of_the_top_level() -> None:
    whole = read(
        {
            "and": [
                condition("attributes.plan", "==", "pro"),
                condition("tags", "array-contains", "vip"),
                condition("tags", "array-contains", "beta"),
                condition("attributes.visits", ">", 1),
                condition("attributes.gone", "==", None),
                {"or": [condition("locale", "==", "de-DE"), condition("locale", "==", "fr")]},
                {"not": condition("locale", "==", "fr")},
            ]
        }
    )

    assert narrowing(whole) == (
        Where(("attributes", "plan"), "==", "pro"),
        Where(("tags",), "array-contains", "vip"),
    )
    assert predicate(whole)(ANN)
    assert fields_read(whole) == (
        ("attributes", "plan"),
        ("tags",),
        ("attributes", "visits"),
        ("attributes", "gone"),
        ("locale",),
    )


@pytest.mark.parametrize(
    "value", [None, float("nan"), "x" * 1_500, "é" * 750, 2**63], ids=lambda value: str(value)[:9]
)
async def test_values_that_no_query_finds_are_left_out_of_the_query(value: Any) -> None:
    whole = read({"and": [condition("attributes.a", "==", value), condition("tags", "==", "x")]})
    assert narrowing(whole) == (Where(("tags",), "==", "x"),)


async def test_the_longest_indexed_value_narrows_the_query() -> None:
    whole = read(condition("attributes.a", "==", "x" * 1_499))
    store = InMemoryStore(FixedClock())
    await store.commit([Set("people/ann", {"attributes": {"a": "x" * 1_499}})])
    chunks = [chunk async for chunk in store.stream(Query("people", narrowing(whole)))]
    assert [one.id for chunk in chunks for one in chunk] == ["ann"]
