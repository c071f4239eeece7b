"""Values as the callable protocol spells them in JSON: one place for arguments, answers, errors.

Whole numbers that a double cannot hold are wrapped, ``{"@type": ..., "value": "30"}``, as Swift's
``Int`` and Kotlin's ``Long`` always are (firebase.google.com/docs/functions/callable-reference).
Times are ISO 8601 strings, in UTC. NaN and infinity have no spelling.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

INT64 = "type.googleapis.com/google.protobuf.Int64Value"
UINT64 = "type.googleapis.com/google.protobuf.UInt64Value"

SAFE = 2**53 - 1
"""The largest whole number that every client reads out of plain JSON."""
DEPTH = 64
"""Deeper than any argument may be; what lies below is left to the model to refuse."""

_LONG = re.compile(r"-?[0-9]{1,20}")
_RANGES = {INT64: (-(2**63), 2**63 - 1), UINT64: (0, 2**64 - 1)}


class Unsayable(ValueError):
    """An answer holds what JSON cannot carry; the message names the place. It is our own fault."""


def decoded(data: Any) -> Any:
    """The arguments with every wrapped whole number as a number.

    Raises ``ValidationError`` naming each number that is NaN or infinite: Python reads them out of
    JSON that has no such thing.
    """
    wrong: list[InitErrorDetails] = []
    value = _decoded(data, (), wrong)
    if wrong:
        raise ValidationError.from_exception_data("arguments", wrong)
    return value


def encoded(value: Any, at: tuple[str, ...] = ()) -> Any:
    """The value in what JSON has; raises ``Unsayable`` for one that nothing there stands for."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, at)
    if isinstance(value, int):
        return _whole(int(value), at)
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        raise _unsayable(at, f"{value} is no number in JSON")
    if isinstance(value, datetime):
        return _time(value, at)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key, at): encoded(inner, (*at, str(key))) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(inner, (*at, str(position))) for position, inner in enumerate(value)]
    raise _unsayable(at, f"no answer is made of {type(value).__name__}")


def legible(value: Any) -> Any:
    """The value with all text as Unicode: what refuses half of a surrogate pair may repeat it."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, Mapping):
        return {legible(key): legible(inner) for key, inner in value.items()}
    return [legible(inner) for inner in value] if isinstance(value, list | tuple) else value


def _decoded(data: Any, at: tuple[int | str, ...], wrong: list[InitErrorDetails]) -> Any:
    if isinstance(data, float) and not math.isfinite(data):
        kind = PydanticCustomError("finite", "must be a number, and JSON has no NaN or infinity")
        wrong.append({"type": kind, "loc": at, "input": data})
    if len(at) > DEPTH:
        return data
    if isinstance(data, list):
        return [_decoded(entry, (*at, position), wrong) for position, entry in enumerate(data)]
    if not isinstance(data, dict):
        return data
    if (number := _unwrapped(data)) is not None:
        return number
    return {key: _decoded(entry, (*at, key), wrong) for key, entry in data.items()}


def _unwrapped(data: Mapping[str, Any]) -> int | None:
    """The number that a map stands for; None for a map, and for a number out of its range."""
    kind, text = data.get("@type"), data.get("value")
    if not isinstance(kind, str) or kind not in _RANGES or not isinstance(text, str):
        return None
    if _LONG.fullmatch(text) is None:
        return None
    number = int(text)
    lowest, highest = _RANGES[kind]
    return number if lowest <= number <= highest else None


def _whole(number: int, at: tuple[str, ...]) -> Any:
    if -SAFE <= number <= SAFE:
        return number
    for kind, (lowest, highest) in _RANGES.items():
        if lowest <= number <= highest:
            return {"@type": kind, "value": str(number)}
    raise _unsayable(at, f"{number} does not fit into 64 bits")


def _text(text: str, at: tuple[str, ...]) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _unsayable(at, "a text holds half of a surrogate pair") from None
    return str(text)


def _time(time: datetime, at: tuple[str, ...]) -> str:
    if time.utcoffset() is None:
        raise _unsayable(at, f"the time {time} has no zone")
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _key(key: Any, at: tuple[str, ...]) -> str:
    if not isinstance(key, str):
        raise _unsayable(at, f"the key {key!r} is no text")
    return _text(key, at)


def _unsayable(at: tuple[str, ...], why: str) -> Unsayable:
    return Unsayable(f"{legible('.'.join(at)) or 'the answer'}: {why}")
