"""Check writes and queries: each mistake of a caller is a ``ValueError`` that names its place."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from parley.store import FieldPath, Query, Write
from schema.storable import is_reserved

NAME = "__name__"
AGGREGATIONS = 5
"""The most aggregations of one query."""
LIMIT = 2**31 - 1
"""The largest value of the wire format."""
ONE_VALUE_OPERATORS = frozenset({"<", "<=", ">", ">="})
LIST_OPERATORS = frozenset({"in", "not-in", "array-contains-any"})


def check_document_path(path: str) -> str:
    """Check that a document's path has an even number of segments, none of them empty."""
    if (
        not isinstance(path, str)
        or path.count("/") % 2 == 0
        or not path
        or "//" in path
        or path[0] == "/"
        or path[-1] == "/"
    ):
        raise ValueError(f"not the path of a document: {path!r}")
    return path


def check_collection_path(path: str) -> str:
    """Check that a collection's path has an odd number of segments, none of them empty."""
    if path.count("/") % 2 or not path or "//" in path or path[0] == "/" or path[-1] == "/":
        raise ValueError(f"not the path of a collection: {path!r}")
    return path


def check_distinct(writes: Sequence[Write]) -> None:
    """Check that no document occurs twice; Firestore refuses such a commit."""
    if len({write.path for write in writes}) == len(writes):
        return
    seen: set[str] = set()
    for write in writes:
        if write.path in seen:
            raise ValueError(f"one commit writes {write.path!r} twice")
        seen.add(write.path)


def names_of(field: FieldPath) -> tuple[str, ...]:
    """Return the names of a field path, the outermost first."""
    if type(field) is str and field:
        return (field,)
    names = (field,) if isinstance(field, str) else field
    if not isinstance(names, tuple) or not names or not all(names):
        raise ValueError(f"a field path has no empty name: {field!r}")
    return names


def check_field_paths(fields: Mapping[FieldPath, object]) -> None:
    """Check that no field of a write contains another; plain names cannot clash."""
    if all(isinstance(field, str) for field in fields):
        return
    paths = sorted(names_of(field) for field in fields)
    for one, following in itertools.pairwise(paths):
        if following[: len(one)] == one:
            raise ValueError(f"field {spelled(one)} and {spelled(following)} overlap in one write")


def check_query(query: Query) -> None:
    """Check that a query's cursor fits its order, and its values fit their operators."""
    check_collection_path(query.collection)
    if query.is_group and "/" in query.collection:
        raise ValueError(f"a group is named by a collection's id, not by {query.collection}")
    if query.start_after is not None and len(query.start_after) != len(query.order_by):
        raise ValueError(
            f"start_after holds {len(query.start_after)} values for {len(query.order_by)} orders"
        )
    if query.limit is not None and not 1 <= query.limit <= LIMIT:
        raise ValueError(f"a query's limit is 1 to {LIMIT}, not {query.limit}")
    for order, value in zip(query.order_by, query.start_after or (), strict=False):
        if names_of(order.field) == (NAME,):
            check_document_path(value)
    for where in query.where:
        if where.operator in ONE_VALUE_OPERATORS and (
            where.value is None or where.value != where.value
        ):
            raise ValueError(f"nothing is {where.operator} {where.value!r}")
        values = where.value if where.operator in LIST_OPERATORS else [where.value]
        if not isinstance(values, list | tuple) or not values:
            raise ValueError(f"{where.operator} needs a list of at least one value")
        if names_of(where.field) == (NAME,):
            for value in values:
                check_document_path(value)


def check_aggregations(names: Iterable[str]) -> None:
    """Check that there are one to five aggregations, each with a name."""
    aliases = list(names)
    if not 1 <= len(aliases) <= AGGREGATIONS:
        raise ValueError(f"one query takes 1 to {AGGREGATIONS} aggregations, not {len(aliases)}")
    for alias in aliases:
        if not alias or is_reserved(alias):
            raise ValueError(f"an aggregation cannot be named {alias!r}")


def spelled(names: Sequence[str]) -> str:
    """Return a field path as people and Firestore write it."""
    shown = [name.encode(errors="backslashreplace").decode() for name in names]
    return ".".join(name if name.isidentifier() else f"`{name}`" for name in shown)
