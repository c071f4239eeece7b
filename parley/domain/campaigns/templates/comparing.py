"""Comparison operators. A text and a number cannot be ordered; other kinds never compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from parley.domain.campaigns.templates.liquid_values import (
    Blank,
    Empty,
    Span,
    describe,
    is_blank,
    is_empty,
    is_number,
    is_true,
    to_text,
    with_zone,
)
from parley.domain.campaigns.templates.refusals import Refused
from parley.domain.campaigns.templates.rendering import Rendering


def equal(run: Rendering, left: object, right: object) -> bool:
    """Return whether two values are equal; ``blank`` and ``empty`` equal all such values."""
    for literal, value in ((left, right), (right, left)):
        if isinstance(literal, Blank):
            run.charge(value if isinstance(value, str) else None)
            return is_blank(value)
        if isinstance(literal, Empty):
            return is_empty(value)
    return same(run, left, right)


def same(run: Rendering, left: object, right: object) -> bool:
    """Return whether two values are the same; ``3.0`` is the same as ``3``."""
    run.spend(1)
    if is_number(left) and is_number(right):
        return left == right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(
            same(run, one, other) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(
            same(run, value, right[key]) for key, value in left.items()
        )
    if isinstance(left, datetime) and isinstance(right, datetime):
        return with_zone(left) == with_zone(right)
    return type(left) is type(right) and left == right


def order(left: object, right: object) -> int | None:
    """Return -1, 0 or 1, or None if the two cannot be ordered."""
    if isinstance(left, datetime) and isinstance(right, datetime):
        left, right = with_zone(left), with_zone(right)
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if is_number(left) and is_number(right):
        return (left > right) - (left < right)
    return None


def _ordered(fits: Callable[[int], bool]) -> Callable[[Rendering, object, object], bool]:
    def compare(run: Rendering, left: object, right: object) -> bool:
        if not (_has_order(left) and _has_order(right)):
            return False
        found = order(left, right)
        if found is None:
            raise Refused(
                f"{describe(left)} and {describe(right)} cannot be compared; "
                "make both numbers (with plus: 0) or both texts (with append: '')"
            )
        return fits(found)

    return compare


def _has_order(value: object) -> bool:
    return is_number(value) or isinstance(value, str | datetime)


def contains(run: Rendering, left: object, right: object) -> bool:
    """Return whether a text contains a text, a list an item, a map a field, a range a number."""
    if not is_true(right):
        return False
    if isinstance(left, str):
        run.charge(left)
        if isinstance(right, Mapping | list | tuple):
            return False
        sought = to_text(right)
        run.charge_search(left, sought)
        return sought in left
    if isinstance(left, list | tuple):
        return any(same(run, item, right) for item in left)
    if isinstance(left, Mapping):
        return isinstance(right, str) and right in left
    if isinstance(left, Span) and is_number(right):
        return left.first <= right <= left.last
    return False


OPERATORS: Mapping[str, Callable[[Rendering, object, object], bool]] = {
    "==": equal,
    "!=": lambda run, left, right: not equal(run, left, right),
    "<": _ordered(lambda found: found < 0),
    "<=": _ordered(lambda found: found <= 0),
    ">": _ordered(lambda found: found > 0),
    ">=": _ordered(lambda found: found >= 0),
    "contains": contains,
}
