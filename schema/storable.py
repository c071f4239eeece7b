"""Check values from outside against what Firestore can store.

A value that cannot be stored is refused where it arrives, by name: a store that refuses a whole
commit does not say which field was wrong (limits: firebase.google.com/docs/firestore/quotas).
"""

from __future__ import annotations

import math
from typing import Any

from pydantic_core import PydanticCustomError

from schema import limits

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def is_reserved(name: str) -> bool:
    """Return whether Firestore reserves this name or id: ``__``, anything, ``__``."""
    return len(name) >= 4 and name.startswith("__") and name.endswith("__")


def check_text(text: str) -> None:
    """Raise for half of a surrogate pair, which JSON can contain and UTF-8 cannot."""
    if not _is_unicode(text):
        raise PydanticCustomError(
            "text_surrogate", "must be Unicode text and holds half of a surrogate pair"
        )


def storable(value: Any) -> Any:
    """Return the value; raise for a map that no document can hold, naming the key in it."""
    if isinstance(value, dict):
        _check_map(value, ())
    return value


def _check_map(entries: dict[str, Any], at: tuple[str, ...]) -> None:
    if len(at) >= limits.ATTRIBUTES_DEPTH:
        raise _unstorable(at, f"is nested deeper than {limits.ATTRIBUTES_DEPTH} levels")
    for key, value in entries.items():
        _check_key(key, at)
        _check_value(value, (*at, key))


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_key(key: str, at: tuple[str, ...]) -> None:
    if not _is_unicode(key):
        raise _unstorable(at, "has a key with half of a surrogate pair")
    # Firestore measures a key together with its parent keys and the dots between them.
    size = len(".".join((*at, key)).encode())
    if size > limits.ATTRIBUTES_PATH_BYTES:
        limit = limits.ATTRIBUTES_PATH_BYTES
        raise _unstorable(at[:1], f"has a key at a path of {size} bytes (limit: {limit})")
    if not key:
        raise _unstorable(at, "has an empty key")
    if is_reserved(key):
        raise _unstorable(at, f"has the key {key}; Firestore keeps __*__ for itself")


def _check_value(value: Any, at: tuple[str, ...]) -> None:
    match value:
        case str():
            if not _is_unicode(value):
                raise _unstorable(at, "holds half of a surrogate pair, which is not Unicode text")
        case int():
            if not INT64_MIN <= value <= INT64_MAX:
                raise _unstorable(at, "is beyond 64 bits; send it as a string")
        case float():
            if not math.isfinite(value):
                raise _unstorable(at, "is NaN or infinite, which JSON cannot carry")
        case dict():
            _check_map(value, at)
        case list():
            for number, entry in enumerate(value):
                where = (*at, str(number))
                if isinstance(entry, list):
                    raise _unstorable(where, "is a list in a list; put a map between them")
                _check_value(entry, where)


def _unstorable(at: tuple[str, ...], what: str) -> PydanticCustomError:
    where = ".".join(at) or "the map"
    return PydanticCustomError(
        "unstorable", "cannot be stored: {where} {what}", {"where": where, "what": what}
    )
