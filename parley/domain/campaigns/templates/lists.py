"""List filters. They flatten nested lists; nil is an empty list, one value a list of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from parley.domain.campaigns.templates.comparing import same
from parley.domain.campaigns.templates.liquid_values import (
    Span,
    describe,
    identity,
    is_number,
    is_true,
    to_text,
    with_zone,
)
from parley.domain.campaigns.templates.numbers import total
from parley.domain.campaigns.templates.refusals import Refused
from parley.domain.campaigns.templates.rendering import Rendering, check_length

_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


class _NoFields(Exception):
    """Raised for an item whose kind has no fields."""


def join(run: Rendering, value: object, glue: object = " ") -> object:
    between = to_text(glue)
    texts = [to_text(item) for item in run.items(value)]
    check_length(sum(map(len, texts)) + len(between) * max(0, len(texts) - 1))
    return between.join(texts)


def measure(value: object) -> int | None:
    """Return the size of a value, or None if its kind has no size."""
    if isinstance(value, Span):
        return value.count
    return len(value) if isinstance(value, str | list | tuple | Mapping) else None


def first(value: object) -> object:
    if isinstance(value, str):
        return value[:1]
    if isinstance(value, Mapping):
        return next(([key, item] for key, item in value.items()), None)
    if isinstance(value, Span):
        return value.first
    return value[0] if isinstance(value, list | tuple) and value else None


def last(value: object) -> object:
    if isinstance(value, str):
        return value[-1:]
    if isinstance(value, Span):
        return value.last
    return value[-1] if isinstance(value, list | tuple) and value else None


def size(run: Rendering, value: object) -> object:
    return measure(value) or 0


def concat(run: Rendering, value: object, other: object) -> object:
    if not isinstance(other, list | tuple):
        raise Refused(f"concat needs a list to add, but {describe(other)} is not one")
    return run.items(value) + list(other)


def reverse(run: Rendering, value: object) -> object:
    return run.items(value)[::-1]


def map_(run: Rendering, value: object, field: object) -> object:
    found = []
    for item in run.items(value):
        try:
            found.append(_field(run, item, field))
        except _NoFields:
            found.append(None)
    return found


Fits = Callable[[object], bool]


def _matching(
    take: Callable[[list[Any], Fits], object],
) -> Callable[..., object]:
    """Return a filter that selects items whose field is true, or equals a value."""

    def apply(run: Rendering, value: object, field: object, sought: object = None) -> object:
        def fits(item: object) -> bool:
            found = _field(run, item, field)
            return is_true(found) if sought is None else same(run, found, sought)

        try:
            return take(run.items(value), fits)
        except _NoFields:
            return None

    return apply


where = _matching(lambda items, fits: [item for item in items if fits(item)])
reject = _matching(lambda items, fits: [item for item in items if not fits(item)])
find = _matching(lambda items, fits: next((item for item in items if fits(item)), None))
find_index = _matching(
    lambda items, fits: next((at for at, item in enumerate(items) if fits(item)), None)
)
has = _matching(lambda items, fits: any(fits(item) for item in items))


def compact(run: Rendering, value: object, field: object = None) -> object:
    """Drop items that are nil, or whose field is nil."""
    items = run.items(value)
    if field is None:
        return [item for item in items if item is not None]
    try:
        return [item for item in items if _field(run, item, field) is not None]
    except _NoFields:
        return None


def uniq(run: Rendering, value: object, field: object = None) -> object:
    """Keep the first of equal items, or of items with equal fields."""
    items = run.items(value)
    if len(items) < 2:
        return items
    try:
        values = [item if field is None else _field(run, item, field) for item in items]
    except _NoFields:
        return None
    # A list may contain one large map many times; its key is computed once.
    identities = {}
    for found in {id(value): value for value in values}.values():
        run.charge_whole(found)
        identities[id(found)] = identity(found)
    kept: dict[Any, object] = {}
    for found, item in zip(values, items, strict=True):
        kept.setdefault(identities[id(found)], item)
    return list(kept.values())


def sum_(run: Rendering, value: object, field: object = None) -> object:
    items = run.items(value)
    if field is None:
        return total(items)
    values = []
    for item in items:
        try:
            values.append(_field(run, item, field))
        except _NoFields:
            values.append(0)
    return total(run.items(values))


def sort(run: Rendering, value: object, field: object = None) -> object:
    """Sort numbers, texts or times, or items by such a field; items without it come last."""
    return _sorted(run, value, field, _comparable)


def sort_natural(run: Rendering, value: object, field: object = None) -> object:
    """Sort by text without regard to case; items without the field come last."""
    return _sorted(run, value, field, _without_case)


def _without_case(run: Rendering, keys: list[Any]) -> list[Any]:
    texts = [to_text(key) for key in keys]
    for text in texts:
        run.charge_text(text, 1 if text.isascii() else 6)
    return [text.translate(_ASCII_LOWER) for text in texts]


def _sorted(
    run: Rendering,
    value: object,
    field: object,
    comparable: Callable[[Rendering, list[Any]], list[Any]],
) -> object:
    items = run.items(value)
    if field is not None and not all(_has_fields(item) for item in items):
        return None
    if len(items) < 2:
        return items
    pairs = [(item if field is None else _field(run, item, field), item) for item in items]
    present = [pair for pair in pairs if pair[0] is not None]
    keys = comparable(run, [key for key, _ in present])
    in_order = sorted(range(len(present)), key=keys.__getitem__)
    return [present[at][1] for at in in_order] + [item for key, item in pairs if key is None]


def _comparable(run: Rendering, keys: list[Any]) -> list[Any]:
    """Return keys that Python sorts as Liquid does; refuse keys that cannot be ordered."""
    if all(is_number(key) for key in keys) or all(isinstance(key, str) for key in keys):
        return keys
    if all(isinstance(key, datetime) for key in keys):
        return [with_zone(key) for key in keys]
    for key in keys:
        if not same(run, keys[0], key):
            raise Refused(f"{describe(keys[0])} and {describe(key)} cannot be sorted together")
    return [0 for _ in keys]


def _has_fields(item: object) -> bool:
    return isinstance(item, Mapping | str) or (isinstance(item, int) and not isinstance(item, bool))


def _field(run: Rendering, item: object, field: object) -> object:
    """Return an item's field as Ruby's ``[]`` does; in a text, that is a substring or nil."""
    if isinstance(item, Mapping):
        return item.get(field) if isinstance(field, str) else None
    if isinstance(item, str):
        if isinstance(field, str):
            run.charge_search(item, field)
            return field if field in item else None
        if is_number(field):
            at = int(field)
            return item[at] if -len(item) <= at < len(item) else None
    elif not _has_fields(item):
        raise _NoFields
    raise Refused(f"{describe(item)} has no field {to_text(field)!r}")
