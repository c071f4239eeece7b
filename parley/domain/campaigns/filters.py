"""Validate audience filters, evaluate them for a person, and narrow them for a query.

A condition means the same in a query and in memory. Values compare only within one type: numbers
with numbers, texts with texts, times with times. A missing field satisfies only ``exists false``.
``!=`` and ``not-in`` need a field that exists and is not null, as in Firestore. Null and NaN match
``==``, and nothing in a list of values or an array. ``not`` is the plain complement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from parley.store import Where
from schema import limits
from schema.audience_filters import Filter, FilterAnd, FilterCondition, FilterNot, FilterOr
from schema.storable import INT64_MAX, INT64_MIN

Predicate = Callable[[Mapping[str, Any]], bool]
"""Tells whether a person's document satisfies a filter."""

COMPARED_BYTES = 1_500
"""The longest indexed value (firebase.google.com/docs/firestore/quotas). A text takes one byte
more in the index than in UTF-8."""

_TIME_FIELDS = frozenset({"createdAt", "lastSeenAt"})
_ORDERED = frozenset({"<", "<=", ">", ">="})
_MISSING = object()


class FilterError(ValueError):
    """An invalid filter. The message names the place, the value and what is allowed."""


def predicate(whole: Filter) -> Predicate:
    """Return the filter as a function; raise :class:`FilterError` if it is too big or mistyped."""
    counted = _conditions(whole)
    if counted > limits.FILTER_CONDITIONS:
        raise FilterError(f"where: {counted} conditions, the limit is {limits.FILTER_CONDITIONS}")
    return _predicate(whole, "where", 1)


def narrowing(whole: Filter) -> tuple[Where, ...]:
    """Return conditions for the store's query; every match satisfies them, but not only matches.

    They are the equalities and one ``array-contains`` of the top-level conjunction. Firestore
    merges their single-field indexes, so no filter needs a composite index. The whole filter must
    still be evaluated on each result.
    """
    parts = whole.and_ if isinstance(whole, FilterAnd) else [whole]
    narrowed: list[Where] = []
    has_contains = False
    for part in parts:
        if not isinstance(part, FilterCondition):
            continue
        value = _compared(part, "where")
        if not _is_comparable(value):
            continue
        if part.op == "==":
            narrowed.append(Where(_path(part), "==", value))
        elif part.op == "array-contains" and not has_contains:
            has_contains = True
            narrowed.append(Where(_path(part), "array-contains", value))
    return tuple(narrowed)


def _is_comparable(value: Any) -> bool:
    """Return whether Firestore can find documents by an equality with this value.

    Null and NaN need conditions of their own. Firestore refuses a query with a value of more than
    1,500 bytes, or a number beyond 64 bits.
    """
    if isinstance(value, str):
        return len(value.encode()) < COMPARED_BYTES
    if isinstance(value, int):
        return INT64_MIN <= value <= INT64_MAX
    return value is not None and value == value


def fields_read(whole: Filter) -> tuple[tuple[str, ...], ...]:
    """Return the field paths that the filter reads."""
    if isinstance(whole, FilterCondition):
        return (_path(whole),)
    return tuple(dict.fromkeys(path for part in _parts(whole) for path in fields_read(part)))


def _parts(whole: FilterAnd | FilterOr | FilterNot) -> list[Filter]:
    if isinstance(whole, FilterAnd):
        return whole.and_
    return whole.or_ if isinstance(whole, FilterOr) else [whole.not_]


def _conditions(whole: Filter) -> int:
    if isinstance(whole, FilterCondition):
        return 1
    return sum(_conditions(part) for part in _parts(whole))


def _predicate(whole: Filter, place: str, depth: int) -> Predicate:
    if depth > limits.FILTER_DEPTH:
        raise FilterError(
            f"{place}: nested deeper than {limits.FILTER_DEPTH}; bring its conditions further up"
        )
    if isinstance(whole, FilterCondition):
        return _condition(whole, place)
    if isinstance(whole, FilterNot):
        inner = _predicate(whole.not_, f"{place}.not", depth + 1)
        return lambda document: not inner(document)
    name = "and" if isinstance(whole, FilterAnd) else "or"
    parts = [
        _predicate(part, f"{place}.{name}[{index}]", depth + 1)
        for index, part in enumerate(_parts(whole))
    ]
    if name == "and":
        return lambda document: all(part(document) for part in parts)
    return lambda document: any(part(document) for part in parts)


def _condition(condition: FilterCondition, place: str) -> Predicate:
    path, value = _path(condition), _compared(condition, place)
    if condition.op in _ORDERED and (
        isinstance(value, bool) or not isinstance(value, (int, float, str, datetime))
    ):
        raise FilterError(
            f"{place}.value: {condition.op} compares numbers, texts and times, got {value!r}"
        )
    if condition.op == "exists":
        return lambda document: (_held(document, path) is not _MISSING) == value
    compare = _OPERATORS[condition.op]

    def holds(document: Mapping[str, Any]) -> bool:
        held = _held(document, path)
        return held is not _MISSING and compare(held, value)

    return holds


def _held(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    held: Any = document
    for name in path:
        held = held.get(name, _MISSING) if isinstance(held, Mapping) else _MISSING
    return held


def _path(condition: FilterCondition) -> tuple[str, ...]:
    return tuple(condition.field.split("."))


def _compared(condition: FilterCondition, place: str) -> Any:
    """Return the condition's value; a time may be ISO 8601 text, because JSON has no times."""
    if condition.field not in _TIME_FIELDS or condition.op == "exists":
        return condition.value
    if isinstance(condition.value, list):
        return [_time(value, condition.field, place) for value in condition.value]
    return _time(condition.value, condition.field, place)


def _time(value: Any, field: str, place: str) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise FilterError(f"{place}.value: {field} is compared with a time that has a zone")
    return value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value


def _equal(held: Any, value: Any) -> bool:
    if isinstance(held, datetime) and isinstance(value, datetime):
        return held == value
    if _is_nan(held) or _is_nan(value):
        return _is_nan(held) and _is_nan(value)
    return _kind(held) == _kind(value) and bool(held == value)


def _ordered(compare: Callable[[Any, Any], bool], *, or_equal: bool) -> Callable[[Any, Any], bool]:
    def evaluate(held: Any, value: Any) -> bool:
        if _is_nan(held) or _is_nan(value):
            return or_equal and _equal(held, value)
        both_times = isinstance(held, datetime) and isinstance(value, datetime)
        return (both_times or _kind(held) == _kind(value)) and compare(held, value)

    return evaluate


def _any_equal(held: Any, values: list[Any]) -> bool:
    """Return whether a value equals one of several; null and NaN never do."""
    if held is None or _is_nan(held):
        return False
    return any(_equal(held, value) for value in values)


def _contains_any(held: Any, values: list[Any]) -> bool:
    """Return whether an array has one of several values; by hash, because both may be long."""
    if not isinstance(held, list):
        return False
    sought = {_key(value) for value in values if value is not None and not _is_nan(value)}
    return any(
        _key(item) in sought
        for item in held
        if item is not None and not isinstance(item, list | dict)
    )


def _key(value: Any) -> tuple[str, Any]:
    return ("time" if isinstance(value, datetime) else _kind(value), value)


def _none_equal(held: Any, values: list[Any]) -> bool:
    """Return whether a value is known to equal none of several, which null among them prevents."""
    return held is not None and None not in values and not _any_equal(held, values)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda held, value: held is not None and not _equal(held, value),
    "<": _ordered(lambda held, value: held < value, or_equal=False),
    "<=": _ordered(lambda held, value: held <= value, or_equal=True),
    ">": _ordered(lambda held, value: held > value, or_equal=False),
    ">=": _ordered(lambda held, value: held >= value, or_equal=True),
    "in": _any_equal,
    "not-in": _none_equal,
    "array-contains": lambda held, value: isinstance(held, list) and _any_equal(value, held),
    "array-contains-any": _contains_any,
}
