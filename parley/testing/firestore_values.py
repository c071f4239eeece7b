"""Firestore's values: their types, their order and their equality.

Order of types: null, booleans, NaN, numbers, timestamps, strings, bytes, arrays, maps
(https://firebase.google.com/docs/firestore/manage-data/data-types).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from parley.errors import StoreRejected
from parley.store import Transform, Value
from parley.store.checks import spelled
from schema.storable import INT64_MAX, INT64_MIN

NESTED = 100
"""Deeper than any stored or requested value; deeper levels are not inspected."""

_NUMERIC_ID = re.compile(r"__id(-?[1-9][0-9]*)__")

OrderKey = tuple[Any, ...]
Names = tuple[str, ...]


class DocumentName(tuple[str, ...]):
    """The value of ``__name__``: a path, ordered by its segments."""

    __slots__ = ()


def copied(value: Value, at: Names = ()) -> Value:
    """Return a deep copy as stored; raise ``ValueError`` naming a field that cannot be stored."""
    if len(at) > NESTED:
        raise StoreRejected(f"field {spelled(at[:1])}: nested deeper than {NESTED} levels")
    if value is None or isinstance(value, bool | bytes):
        return value
    if isinstance(value, str):
        return _text(value, at)
    if isinstance(value, int):
        if not INT64_MIN <= value <= INT64_MAX:
            raise ValueError(f"field {spelled(at)}: {value} does not fit into 64 bits")
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, datetime):
        return _time(value, at)
    if isinstance(value, Mapping):
        return {checked_name(name, at): copied(inner, (*at, name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_element(element, (*at, str(n))) for n, element in enumerate(value)]
    raise ValueError(f"field {spelled(at)}: {type(value).__name__} is no Firestore value")


def checked_name(name: Any, at: Names) -> str:
    """Return the name of a field; raise ``ValueError`` unless it is a text and not empty."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"field {spelled(at)}: {name!r} is no field name")
    return str(name) if name.isascii() else _text(name, (*at, name))


def deep_copy(value: Value) -> Value:
    """Return a deep copy of a stored value."""
    if type(value) is dict:
        return {name: deep_copy(inner) for name, inner in value.items()}
    if type(value) is list:
        return [deep_copy(inner) for inner in value]
    return value


def order_key(value: Value) -> OrderKey:
    """Return a key that sorts as Firestore does, equal where Firestore's ``==`` holds."""
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, int | float):
        return (2, 0) if isinstance(value, float) and math.isnan(value) else (2, 1, value)
    if isinstance(value, datetime):
        return (3, value)
    if isinstance(value, str):
        # By code point, which is the order of the UTF-8 bytes.
        return (4, value)
    if isinstance(value, bytes):
        return (5, value)
    if isinstance(value, DocumentName):
        return (6, path_key(value))
    if isinstance(value, Mapping):
        return (8, tuple((name, order_key(inner)) for name, inner in sorted(value.items())))
    return (7, tuple(order_key(element) for element in value))


def numeric_id(segment: str) -> int | None:
    """Return the number in an id of Datastore's form, such as ``__id7__``."""
    if (found := _NUMERIC_ID.fullmatch(segment)) is None:
        return None
    number = int(found[1])
    return number if INT64_MIN <= number <= INT64_MAX else None


def path_key(segments: Iterable[str]) -> OrderKey:
    """Return a key that sorts paths as Firestore does: numeric ids first, by their number."""
    return tuple(
        (1, segment) if (number := numeric_id(segment)) is None else (0, number)
        for segment in segments
    )


def same(one: Value, other: Value) -> bool:
    """Tell whether writing one value over the other changes nothing.

    1 and 1.0 are not the same, nor are 0.0 and -0.0; NaN and NaN are.
    """
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and one == other == 0.0:
        return math.copysign(1.0, one) == math.copysign(1.0, other)
    return bool(one == other) or (one != one and other != other)


def size(value: Value) -> int:
    """Return the size in bytes as Firestore counts it (https://firebase.google.com/docs/firestore/storage-size)."""
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, str):
        return utf8_length(value) + 1
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, dict):
        return sum([utf8_length(name) + 1 + size(inner) for name, inner in value.items()])
    if isinstance(value, list):
        return sum(map(size, value))
    return 8


def utf8_length(text: str) -> int:
    """Return the length in UTF-8; texts in ASCII are not encoded for it."""
    return len(text) if text.isascii() else len(text.encode())


def _text(value: str, at: Names) -> str:
    if value.isascii():
        return str(value)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"field {spelled(at)}: a lone surrogate is no text") from error
    return str(value)


def _time(value: datetime, at: Names) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"field {spelled(at)}: a time needs a time zone")
    return datetime.fromtimestamp(0, UTC) + (value - datetime.fromtimestamp(0, UTC))


def _element(element: Value, at: Names) -> Value:
    if isinstance(element, Transform):
        raise ValueError(f"field {spelled(at)}: an array holds no transform")
    return copied(element, at)
