"""What a filter means, written from Firestore's documentation and not from the product's code.

Values sort by type, and a comparison stays within one type; NaN is before all numbers
(firebase.google.com/docs/firestore/manage-data/data-types). A condition needs the field; `!=` and
`not-in` leave out null; `in`, `not-in` and the conditions on arrays find neither null nor NaN
(firebase.google.com/docs/firestore/query-data/queries). `exists` and `not` are Parley's own.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

ABSENT = object()

VALUES = st.sampled_from(
    [
        None,
        True,
        False,
        math.nan,
        -math.inf,
        -1,
        -0.0,
        0,
        1,
        1.0,
        1.5,
        2**53,
        2**53 + 1,
        2.0**53,
        "",
        "a",
        "b",
        "1",
        "true",
        "\uffff",
        "😀",
    ]
)
TIMES = st.sampled_from([datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    VALUES
    | TIMES
    | st.lists(VALUES, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b"]), VALUES | st.lists(VALUES, max_size=2)),
)
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "attributes": ATTRIBUTES | st.just("no map"),
        "tags": st.lists(st.sampled_from(["a", "b", "c"]), max_size=3) | st.none(),
        "locale": st.sampled_from(["de-DE", "fr", "", None]),
        "lastSeenAt": TIMES | st.none(),
    },
)
ORDERED = st.sampled_from([-1, 0, 1.0, 1.5, math.inf, "", "a", "\uffff"]) | TIMES


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    fields = st.sampled_from(
        ["attributes.a", "attributes.b", "attributes.c.a", "attributes.c", "tags", "locale"]
    )
    one = st.tuples(st.sampled_from(["==", "!=", "array-contains"]), VALUES | TIMES)
    order = st.tuples(st.sampled_from(["<", "<=", ">", ">="]), ORDERED)
    several = st.tuples(
        st.sampled_from(["in", "not-in", "array-contains-any"]),
        st.lists(VALUES | TIMES, min_size=1, max_size=3),
    )
    exists = st.tuples(st.just("exists"), st.booleans())
    anywhere = st.tuples(fields, one | order | several | exists)
    seen = st.tuples(st.just("lastSeenAt"), st.tuples(st.sampled_from(["==", "!=", ">="]), TIMES))
    return (anywhere | seen).map(
        lambda drawn: {"field": drawn[0], "op": drawn[1][0], "value": drawn[1][1]}
    )


FILTERS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    conditions(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"and": parts})
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts})
        | inner.map(lambda part: {"not": part})
    ),
    max_leaves=6,
)


def depth(whole: Mapping[str, Any]) -> int:
    if "not" in whole:
        return 1 + depth(whole["not"])
    parts = whole.get("and") or whole.get("or") or []
    return 1 + max(map(depth, parts), default=0)


def satisfies(person: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Tell whether a person's document satisfies a filter."""
    if "and" in whole:
        return all(satisfies(person, part) for part in whole["and"])
    if "or" in whole:
        return any(satisfies(person, part) for part in whole["or"])
    if "not" in whole:
        return not satisfies(person, whole["not"])
    held: Any = person
    for name in whole["field"].split("."):
        held = held[name] if isinstance(held, Mapping) and name in held else ABSENT
    operator, value = whole["op"], whole["value"]
    if operator == "exists":
        return (held is not ABSENT) is value
    return held is not ABSENT and _compares(held, operator, value)


def _compares(held: Any, operator: str, value: Any) -> bool:
    match operator:
        case "==":
            return _place(held) == _place(value)
        case "!=":
            return held is not None and _place(held) != _place(value)
        case "in":
            return _is_findable(held) and _place(held) in map(_place, value)
        case "not-in":
            if held is None or any(one is None for one in value):
                return False
            return not (_is_findable(held) and _place(held) in map(_place, value))
        case "array-contains":
            return _contains(held, [value])
        case "array-contains-any":
            return _contains(held, value)
    (kind, *at), (bound_kind, *bound) = _place(held), _place(value)
    if kind != bound_kind:
        return False
    return {"<": at < bound, "<=": at <= bound, ">": at > bound, ">=": at >= bound}[operator]


def _contains(held: Any, values: list[Any]) -> bool:
    if not isinstance(held, list):
        return False
    wanted = [_place(value) for value in values if _is_findable(value)]
    return any(_place(item) in wanted for item in held)


def _is_findable(value: Any) -> bool:
    return value is not None and _place(value)[0] != "NaN"


def _place(value: Any) -> tuple[Any, ...]:
    """The type of a value, and its place within the type."""
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, int | float):
        return ("NaN",) if math.isnan(value) else ("number", value)
    if isinstance(value, datetime):
        return ("time", value)
    if isinstance(value, str):
        return ("text", value.encode("utf-8"))
    if isinstance(value, list):
        return ("array", [_place(one) for one in value])
    return ("map", sorted((name, _place(one)) for name, one in value.items()))
