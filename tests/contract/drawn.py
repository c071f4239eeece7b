"""Random documents, writes and queries for the store's two implementations to agree on.

Few names and few values, so that what is drawn meets: equal values, values of other types beside
them, the same field written twice. Left out is what the emulator takes and production does not
(see ``parley/testing/firestore_limits.py``), and server times, which no two stores share.
"""

import math
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from parley.store import (
    DELETE_FIELD,
    ArrayRemove,
    ArrayUnion,
    Delete,
    Exists,
    FieldPath,
    Increment,
    Merge,
    OrderBy,
    Query,
    Set,
    Update,
    Value,
    Where,
    Write,
)

PLAIN = st.sampled_from(
    [
        None,
        False,
        True,
        math.nan,
        -math.inf,
        -1,
        -0.0,
        0,
        0.5,
        1,
        1.0,
        2,
        2**53,
        2.0**53,
        2**53 + 1,
        2**63 - 1,
        -(2**63),
        math.inf,
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        "",
        "a",
        "b",
        "\x00",
        "\uffff",
        "😀",
        b"",
        b"\xff",
    ]
)
NAMES = st.sampled_from(["a", "b", "c.d", "é`"])
ODD_NAMES = st.sampled_from(["a", "b", "", "__x__", "__", "n" * 1_501])


def lists(elements: st.SearchStrategy[Value]) -> st.SearchStrategy[list[Value]]:
    return st.lists(elements, max_size=3)


def maps(
    values: st.SearchStrategy[Value], names: st.SearchStrategy[str] = NAMES
) -> st.SearchStrategy[dict[str, Value]]:
    return st.dictionaries(names, values, max_size=3)


LEAVES = PLAIN | lists(PLAIN | maps(PLAIN)) | maps(PLAIN | lists(PLAIN))
DOCUMENTS = st.fixed_dictionaries(
    {"a": PLAIN | LEAVES}, optional={name: LEAVES | maps(LEAVES) for name in ("b", "c.d", "é`")}
)
FIELDS: st.SearchStrategy[FieldPath] = NAMES | st.tuples(NAMES) | st.tuples(NAMES, NAMES)

NUMBERS = st.sampled_from([1, -1, 0, 0.5, -0.0, 2**63 - 1, -(2**63), math.inf, math.nan])
ELEMENTS = st.lists(PLAIN | maps(PLAIN), max_size=3).map(tuple)
TRANSFORMS = st.one_of(NUMBERS.map(Increment), ELEMENTS.map(ArrayUnion), ELEMENTS.map(ArrayRemove))
ODD = st.one_of(
    maps(PLAIN, ODD_NAMES),
    st.just([[1]]),
    st.integers(18, 22).map(lambda depth: _nested(depth)),
)
"""Values, including some that cannot be stored."""


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


@st.composite
def writes(draw: st.DrawFn, collection: str) -> Write:
    """One write to one of three documents."""
    path = f"{collection}/{draw(st.sampled_from(['d1', 'd2', 'd3']))}"
    wanted = draw(st.none() | st.booleans().map(Exists))
    changed = LEAVES | TRANSFORMS | maps(LEAVES | TRANSFORMS)
    if draw(st.integers(0, 9)) == 0:
        changed |= ODD
    match draw(st.sampled_from(["set", "update", "merge", "delete"])):
        case "set":
            return Set(path, draw(maps(changed)), wanted)
        case "update":
            return Update(path, draw(changes(changed)), wanted or Exists(True))
        case "merge":
            return Merge(path, draw(changes(changed)))
    return Delete(path, wanted)


def changes(values: st.SearchStrategy[Value]) -> st.SearchStrategy[dict[FieldPath, Value]]:
    return st.dictionaries(FIELDS, values | st.just(DELETE_FIELD), max_size=3)


def commits(collection: str) -> st.SearchStrategy[list[Write]]:
    """Writes of one commit, each to a document of its own."""
    return st.lists(writes(collection), max_size=3, unique_by=lambda write: write.path)


@st.composite
def conditions(draw: st.DrawFn, collection: str) -> Where:
    """A condition on a field, now and then on the document's name."""
    if draw(st.integers(0, 9)) == 0:
        name = st.sampled_from([f"{collection}/d{n}" for n in range(6)])
        operator = draw(st.sampled_from(["==", "!=", "<", ">=", "in", "not-in"]))
        is_list = operator in ("in", "not-in")
        value = draw(st.lists(name, min_size=1, max_size=3) if is_list else name)
        return Where("__name__", operator, value)  # type: ignore[arg-type]
    field, operator = draw(st.just("a") | FIELDS), draw(st.sampled_from(OPERATORS))
    values = PLAIN | LEAVES
    if operator in ("in", "not-in", "array-contains-any"):
        return Where(field, operator, draw(st.lists(values, min_size=1, max_size=4)))  # type: ignore[arg-type]
    return Where(field, operator, draw(values))  # type: ignore[arg-type]


OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in", "not-in", "array-contains"]
OPERATORS += ["array-contains-any"]


@st.composite
def queries(draw: st.DrawFn, collection: str) -> Query:
    """A query of the collection that can be said; whether it is served is for the stores to say."""
    where = draw(st.lists(conditions(collection), max_size=2))
    ordered = st.builds(OrderBy, st.just("a") | FIELDS, st.booleans())
    orders = draw(st.lists(ordered, max_size=2))
    after: list[Value] | None = None
    if orders and draw(st.sampled_from([False, True])):
        after = [draw(PLAIN | LEAVES) for _ in orders]
    if draw(st.integers(0, 4)) == 0:
        orders.append(OrderBy("__name__", draw(st.booleans())))
        if after is not None:
            after.append(f"{collection}/d2")
    return Query(
        collection,
        tuple(where),
        tuple(orders),
        start_after=None if after is None else tuple(after),
        limit=draw(st.none() | st.integers(1, 4)),
        select=draw(st.none() | st.lists(FIELDS, max_size=2).map(tuple)),
    )
