"""Refuse queries that Firestore serves with no index. Pure; raises ``StoreRejected``.

From https://firebase.google.com/docs/firestore/query-data/queries#limits_on_queries and the answers
of the emulator, which accepts more than 100 filters and orders; production does not.
"""

from __future__ import annotations

import math

from parley.errors import StoreRejected
from parley.store import FieldPath, Query, Value, Where
from parley.store.checks import LIST_OPERATORS, NAME, names_of, spelled
from parley.testing.firestore_limits import (
    NAME_BYTES,
    check_compared,
    check_field_path,
    check_length,
    check_readable,
    check_writable,
)
from parley.testing.firestore_queries import effective_orders, is_inequality
from parley.testing.firestore_values import Names, copied, size

VALUES = {"in": 30, "array-contains-any": 30, "not-in": 10}
"""The most values of one such condition; repeated values count."""
DISJUNCTIONS = 30
"""The most disjunctions: the product of all ``in`` and ``array-contains-any`` of a query."""
INEQUALITY_FIELDS = 10
CLAUSES = 100
"""The most conditions and orders; a collection below a document takes one of them."""
OPERAND_BYTES = 1_500
"""The size in an index of a value to compare with."""

NEGATIONS = frozenset({"!=", "not-in"})
CONTAINS = frozenset({"array-contains", "array-contains-any"})
ALTERNATIVES = frozenset({"in", "array-contains-any"})


def check_answerable(query: Query) -> None:
    """Raise the error that Firestore answers to a query that it never serves."""
    check_readable(query.collection)
    check_length(query.collection.rpartition("/")[2], NAME_BYTES, lambda _: "the collection's id")
    for where in query.where:
        _check_condition(where)
    check_selection(query.select or ())
    _check_combination(query)
    _check_orders(query)
    _check_cursor(query)
    clauses = len(query.where) + len(query.order_by) + ("/" in query.collection)
    if clauses > CLAUSES:
        raise StoreRejected(f"{clauses} conditions and orders (limit: {CLAUSES})")


def check_selection(fields: tuple[FieldPath, ...]) -> None:
    """Check the field paths of a selection."""
    for field in fields:
        if (names := names_of(field)) != (NAME,):
            check_field_path(names)


def check_summed(field: FieldPath) -> None:
    """Check the field of a sum, which cannot be the document name."""
    check_field_path(names_of(field))


def _check_condition(where: Where) -> None:
    names = names_of(where.field)
    is_name = names == (NAME,)
    if not is_name:
        check_field_path(names)
    elif where.operator in CONTAINS:
        raise StoreRejected(f"{where.operator} on {NAME}, which is no array")
    if where.operator not in LIST_OPERATORS:
        _check_operand(names, where.value)
        return
    if len(where.value) > VALUES[where.operator]:
        raise StoreRejected(
            f"{where.operator} with {len(where.value)} values (limit: {VALUES[where.operator]})"
        )
    for value in where.value:
        _check_operand(names, value)


def _check_operand(names: Names, value: Value) -> None:
    if names == (NAME,):
        check_writable(value)
        return
    kept = copied(value, names)
    check_compared(kept, names)
    if size(kept) > OPERAND_BYTES:
        raise StoreRejected(
            f"field {spelled(names)}: compared with more than {OPERAND_BYTES} bytes"
        )


def _check_combination(query: Query) -> None:
    operators = [where.operator for where in query.where]
    # Conditions and values that are said twice count once among alternatives, unlike negations.
    distinct = {_meaning(where) for where in query.where}
    if sum(operator in NEGATIONS for operator in operators) > 1:
        raise StoreRejected("one query takes a single != or not-in")
    if sum(operator in CONTAINS for _, operator, _ in distinct) > 1:
        raise StoreRejected("one query takes a single array-contains or array-contains-any")
    if "not-in" in operators and not ALTERNATIVES.isdisjoint(operators):
        raise StoreRejected("not-in stands beside no in and no array-contains-any")
    disjunctions = math.prod(
        len(values) for _, operator, values in distinct if operator in ALTERNATIVES
    )
    if disjunctions > DISJUNCTIONS:
        raise StoreRejected(f"{disjunctions} disjunctions (limit: {DISJUNCTIONS})")
    compared = {names_of(where.field) for where in query.where if is_inequality(where)}
    if len(compared) > INEQUALITY_FIELDS:
        raise StoreRejected(f"{len(compared)} fields in inequalities (limit: {INEQUALITY_FIELDS})")
    equal = {names_of(where.field) for where in query.where if where.operator in ("==", "in")}
    if (NAME,) in equal and compared and (NAME,) not in compared:
        raise StoreRejected(f"an equality on {NAME} beside inequalities on other fields alone")


def _meaning(where: Where) -> tuple[Names, str, frozenset[str]]:
    values = where.value if where.operator in LIST_OPERATORS else [where.value]
    return names_of(where.field), where.operator, frozenset(map(repr, values))


def _check_orders(query: Query) -> None:
    named = [names_of(order.field) for order in query.order_by]
    if len(set(named)) < len(named):
        raise StoreRejected("an order names a field twice")
    for names in named:
        if names != (NAME,):
            check_field_path(names)
    orders = effective_orders(query)
    if (NAME,) in (whole := [names_of(order.field) for order in orders]) and whole[-1] != (NAME,):
        raise StoreRejected(f"nothing is ordered after {NAME}")
    if whole == [(NAME,)] and orders[0].descending and not _has_equality(query):
        raise StoreRejected("Firestore does not support descending key scans")


def _has_equality(query: Query) -> bool:
    """Tell whether a single-field index serves the query when it is read backwards."""
    return any(
        names_of(where.field) != (NAME,) and not is_inequality(where) for where in query.where
    )


def _check_cursor(query: Query) -> None:
    for order, value in zip(query.order_by, query.start_after or (), strict=False):
        if names_of(order.field) == (NAME,):
            check_writable(value)
        else:
            names = names_of(order.field)
            check_compared(copied(value, names), names)
