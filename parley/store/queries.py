"""Queries and aggregations over a collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parley.store.values import FieldPath, Value

Operator = Literal[
    "==", "!=", "<", "<=", ">", ">=", "in", "not-in", "array-contains", "array-contains-any"
]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition of a query; ``field`` is ``__name__`` for the document's path."""

    field: FieldPath
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class OrderBy:
    """An order of a query; ``field`` is ``__name__`` for the document's path."""

    field: FieldPath
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query of one collection, or with ``is_group`` of all collections whose last id it is.

    All of ``where`` must hold. ``start_after`` holds one value for each ``order_by`` (a path for
    ``__name__``). ``select`` names the fields wanted; an empty tuple asks for none but the path.
    """

    collection: str
    where: tuple[Where, ...] = ()
    order_by: tuple[OrderBy, ...] = ()
    start_after: tuple[Value, ...] | None = None
    limit: int | None = None
    select: tuple[FieldPath, ...] | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """The number of documents."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a field over the documents in which it is a number; 0 for none."""

    field: FieldPath


Aggregation = Count | Sum
