"""Run a query over documents in memory. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from parley.store import FieldPath, OrderBy, Query, Value, Where
from parley.store.checks import LIST_OPERATORS, NAME, check_document_path, names_of
from parley.testing.firestore_values import DocumentName, OrderKey, copied, deep_copy, order_key
from parley.testing.firestore_writes import MISSING, Fields, Names, field_value
from schema.storable import INT64_MAX, INT64_MIN

Found = tuple[str, Fields]
"""A document: its path and its fields."""

INEQUALITIES = frozenset({"<", "<=", ">", ">=", "!=", "not-in"})

NULL, NAN = order_key(None), order_key(math.nan)


def found(query: Query, documents: Iterable[Found]) -> list[Found]:
    """Return the documents that a query finds, in its order."""
    tests = [_test(where) for where in query.where]
    orders = effective_orders(query)
    rows: list[tuple[list[OrderKey], Found]] = []
    for path, fields in documents:
        keys = []
        for order in orders:
            value = _value(path, fields, order.field)
            if value is MISSING:
                break
            keys.append(order_key(value))
        else:
            if all(test(path, fields) for test in tests):
                rows.append((keys, (path, fields)))
    for position in reversed(range(len(orders))):
        rows.sort(key=lambda row: row[0][position], reverse=orders[position].descending)
    if query.start_after is not None:
        cursor = [
            order_key(_operand(order.field, value))
            for order, value in zip(orders, query.start_after, strict=False)
        ]
        rows = [row for row in rows if _is_after(row[0], cursor, orders)]
    return [document for _, document in rows[: query.limit]]


def effective_orders(query: Query) -> list[OrderBy]:
    """Return the full order: the named fields, the fields of inequalities, then ``__name__``."""
    orders = list(query.order_by)
    descending = orders[-1].descending if orders else False
    named = {names_of(order.field) for order in orders}
    compared = {names_of(where.field) for where in query.where if is_inequality(where)}
    orders += [OrderBy(names, descending) for names in sorted(compared - named - {(NAME,)})]
    if (NAME,) not in named:
        orders.append(OrderBy(NAME, descending))
    return orders


def is_inequality(where: Where) -> bool:
    """Tell whether a condition orders the query; ``not-in`` with a null finds nothing to order."""
    if where.operator == "not-in" and None in where.value:
        return False
    return where.operator in INEQUALITIES


def selected(fields: Fields, select: tuple[FieldPath, ...] | None) -> Fields:
    """Return a copy of the selected fields; all fields without a selection."""
    if select is None:
        return {name: deep_copy(value) for name, value in fields.items()}
    shown: Fields = {}
    for field in select:
        names = names_of(field)
        value = field_value(fields, names)
        if value is not MISSING:
            _show(shown, names, deep_copy(value))
    return shown


def summed(documents: Iterable[Fields], field: FieldPath) -> int | float:
    """Return the sum of a field over the documents in which it is a number.

    Whole numbers that leave 64 bits come to a double. Doubles are added without rounding in
    between, as the emulator does; production promises no order.
    """
    values = [field_value(fields, names_of(field)) for fields in documents]
    numbers = [one for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    if all(isinstance(number, int) for number in numbers):
        total = sum(numbers)
        return total if INT64_MIN <= total <= INT64_MAX else float(total)
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        # Beyond the range of a double, or infinities of both signs.
        return sum(map(float, numbers))


def _show(shown: Fields, names: Names, value: Value) -> None:
    for name in names[:-1]:
        shown = shown.setdefault(name, {})
    shown[names[-1]] = value


def _value(path: str, fields: Fields, field: FieldPath) -> Value:
    names = names_of(field)
    return DocumentName(path.split("/")) if names == (NAME,) else field_value(fields, names)


def _operand(field: FieldPath, value: Value) -> Value:
    if names_of(field) != (NAME,):
        return copied(value, names_of(field))
    return DocumentName(check_document_path(value).split("/"))


def _is_after(keys: list[OrderKey], cursor: list[OrderKey], orders: list[OrderBy]) -> bool:
    for key, bound, order in zip(keys, cursor, orders, strict=False):
        if key != bound:
            return (key < bound) if order.descending else (key > bound)
    return False


def _test(where: Where) -> Callable[[str, Fields], bool]:
    names = names_of(where.field)
    if where.operator in LIST_OPERATORS:
        operand = [_operand(where.field, value) for value in where.value]
    else:
        operand = _operand(where.field, where.value)
    holds = _comparison(where.operator, operand)

    def test(path: str, fields: Fields) -> bool:
        value = _value(path, fields, names)
        return value is not MISSING and holds(value)

    return test


def _comparison(operator: str, operand: Value) -> Callable[[Any], bool]:
    key = order_key(operand)
    match operator:
        case "==":
            return lambda value: order_key(value) == key
        case "!=":
            return lambda value: value is not None and order_key(value) != key
        case "in":
            keys = _equalled(operand)
            return lambda value: order_key(value) in keys
        case "not-in":
            keys = _equalled(operand)
            # Whether something is none of several is not known where one of them is null.
            if any(one is None for one in operand):
                return lambda value: False
            return lambda value: value is not None and order_key(value) not in keys
        case "array-contains" | "array-contains-any":
            keys = _equalled([operand] if operator == "array-contains" else operand)
            return lambda value: (
                isinstance(value, list) and not keys.isdisjoint(map(order_key, value))
            )
    return lambda value: _ordered(operator, order_key(value), key)


def _equalled(operand: Iterable[Value]) -> set[OrderKey]:
    """Return the values that ``in`` can match: null and NaN match nothing, unlike with ``==``."""
    return {order_key(one) for one in operand} - {NULL, NAN}


def _ordered(operator: str, key: OrderKey, bound: OrderKey) -> bool:
    if key[0] != bound[0] or (key[0] == 2 and key[1] != bound[1]):
        # An inequality finds values of its operand's type alone.
        return False
    match operator:
        case "<":
            return key < bound
        case "<=":
            return key <= bound
        case ">":
            return key > bound
    return key >= bound
