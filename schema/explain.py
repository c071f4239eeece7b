"""Explain validation errors to people."""

from __future__ import annotations

from collections.abc import Sized
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

NAMED = 3
"""The number of problems to spell out; the rest are counted."""

SHOWN = 60
"""The most characters to show of a value."""

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that may stand here",
    "none_required": "must be missing",
    "timezone_aware": "must be a timestamp",
    "datetime_type": "must be a timestamp",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a map",
    "model_type": "must be a map",
    "too_long": "must have at most {max_length} entries and has {count}",
    "too_short": "must have at least {min_length} entries and has {count}",
}


_VALUE_TELLS_NOTHING = frozenset(
    {"missing", "extra_forbidden", "text_length", "too_long", "too_short"}
)
"""Problems that are clear without the value, or already name its length."""


_ASKS_FOR_ANOTHER = ("_type", "literal_error", "text_pattern")


def explain(error: ValidationError, *, with_values: bool = False) -> str:
    """Return what is wrong and where, with the first few problems in full.

    ``message.body is missing; name must be 1 to 100 characters long and is 140.`` With
    ``with_values`` it shows short values, for readers who may see the whole document.
    """
    found = error.errors(include_url=False)
    sentences = []
    for problem in found[:NAMED]:
        where = _path(problem["loc"])
        if problem["type"] in _WORDS:
            words = _WORDS[problem["type"]].format(**problem.get("ctx", {}), count=_count(problem))
        else:
            # Pydantic's messages begin with "Input should be", ours with the verb.
            words = problem["msg"].removeprefix("Input ").removeprefix("Value error, ")
        if with_values and not _is_clear(problem):
            words += describe_value(problem["input"])
        sentences.append(f"{where} {words}" if where else words)
    rest = len(found) - NAMED
    if rest > 0:
        sentences.append(f"and {rest} more")
    return "; ".join(sentences) + "."


def describe_value(value: Any) -> str:
    """Return `` and is 'red'`` for a plain value; cut long ones, and only name maps and lists."""
    if isinstance(value, dict):
        return " and is a map"
    if isinstance(value, list | tuple):
        return " and is a list"
    shown = repr(value) if not isinstance(value, datetime) else value.isoformat()
    return f" and is {shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + '…'}"


def _is_clear(problem: ErrorDetails) -> bool:
    """Return whether the value would add nothing to the words.

    A check of a whole map or list says more than that it is one, unless another type is wanted.
    """
    kind = problem["type"]
    if isinstance(problem["input"], dict | list):
        return not kind.endswith(_ASKS_FOR_ANOTHER)
    return kind in _VALUE_TELLS_NOTHING


def _count(problem: ErrorDetails) -> int | None:
    value = problem["input"]
    return len(value) if isinstance(value, Sized) else None


def _path(location: tuple[int | str, ...]) -> str:
    """Return a path such as ``audience.userIds[3]``, without the tags of unions."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part.startswith("<"):
            name = part if part.isprintable() else repr(part)
            path += f".{name}" if path else name
    return path
