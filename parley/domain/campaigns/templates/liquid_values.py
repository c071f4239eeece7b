"""Values in a template: their text, truth, emptiness and identity.

Every output and every text filter uses :func:`to_text`, so a null, a boolean or a double has the
same text everywhere. The rules are those of Ruby's Liquid 5.13, except that doubles are written as
a browser prints them: ``3.0`` is ``3``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeGuard

from parley.domain.campaigns.templates.refusals import Refused

_BLANK = re.compile(r"[ \t\n\v\f\r]*")
_PADDED_EXPONENT = re.compile(r"e([+-])0*(\d)")


@dataclass(frozen=True, slots=True)
class Span:
    """The whole numbers of ``(first..last)``, both included; empty if ``last`` is smaller."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """The number of numbers; ``len()`` would fail from 2**63 on."""
        return max(0, self.last - self.first + 1)


class Blank:
    """``blank`` as one side of a comparison."""


class Empty:
    """``empty`` as one side of a comparison."""


def to_text(value: object) -> str:
    """Return the text of a single value; raise :class:`Refused` if it has none."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Blank | Empty):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        return _time_text(value)
    if isinstance(value, Span):
        return f"{value.first}..{value.last}"
    raise Refused(f"{describe(value)} has no text; {_way_out(value)}")


def _number_text(value: float) -> str:
    if not math.isfinite(value):
        raise Refused("the number is not finite (NaN or Infinity) and cannot be shown")
    if value == 0:
        return "0"  # A browser shows no sign on zero.
    if 1e-6 <= abs(value) < 1e21:
        text = repr(value)
        if "e" in text:
            text = format(Decimal(text), "f")
        return text.removesuffix(".0")
    return _PADDED_EXPONENT.sub(r"e\1\2", repr(value))


def _time_text(value: datetime) -> str:
    moment = with_zone(value)
    zone = "UTC" if not moment.utcoffset() else moment.strftime("%z")
    return f"{moment:%Y-%m-%d %H:%M:%S} {zone}"


def with_zone(value: datetime) -> datetime:
    """Return the time with a zone. A time without one is UTC, in every zone of the process."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def describe(value: object) -> str:
    """Return the kind of a value, and the value, for the template's author."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {_shortened(value)}"
    if isinstance(value, int | float):
        return f"the number {_shortened(str(value), quote=False)}"
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    names: dict[type, str] = {type(None): "nothing", datetime: "a time", Span: "a range"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "this value")


def _shortened(text: str, *, quote: bool = True) -> str:
    cut = text if len(text) <= 30 else f"{text[:29]}…"
    return f"'{cut}'" if quote else cut


def _way_out(value: object) -> str:
    if isinstance(value, Mapping):
        return "name one of its fields"
    if isinstance(value, list | tuple):
        return "show its items with join or a for loop"
    return "show something else"


def is_true(value: object) -> bool:
    """Return whether Liquid takes it as true: all but nil and ``false``, so zero and ``""`` too."""
    return value is not None and value is not False


def is_empty(value: object) -> bool:
    """Return whether it is an empty text, list or map."""
    return isinstance(value, str | list | tuple | Mapping) and not value


def is_blank(value: object) -> bool:
    """Return whether it shows nothing: nil, ``false``, empty, or white space."""
    if isinstance(value, str):
        return _BLANK.fullmatch(value) is not None
    return value is None or value is False or is_empty(value)


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether it is a number. Booleans are none in Liquid, but they are in Python."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def identity(value: object) -> Any:
    """Return a key that equals another's if ``uniq`` treats the two values as one.

    Unlike with ``==``, the double ``3.0`` differs from the whole number ``3``.
    """
    if isinstance(value, list | tuple):
        return (list, tuple(identity(item) for item in value))
    if isinstance(value, Mapping):
        return (dict, frozenset((key, identity(item)) for key, item in value.items()))
    if isinstance(value, datetime):
        return (datetime, with_zone(value))
    return (type(value), value)


def whole_number(value: object, of_what: str) -> int:
    """Return an argument as a whole number, read as Ruby's ``Integer()`` reads it."""
    number = _integer(value)
    if number is None:
        raise Refused(f"{of_what} must be a whole number, not {describe(value)}")
    return number


def _integer(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if not isinstance(value, str | float):
        return None
    text = to_text(value).strip(" \t\n\v\f\r")
    if not text.isascii() or len(text) > 40:
        return None
    octal = text.lstrip("+-")
    if len(octal) > 1 and octal[0] == "0" and octal[1].isdigit():
        text = text.replace("0", "0o", 1)
    try:
        return int(text, 0)
    except ValueError:
        return None
