"""Name the conditions of an audience that a person does not meet, with their values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from parley.domain.campaigns.filters import FilterError, predicate
from schema.audience_filters import Filter, FilterAnd, FilterCondition, FilterNot, FilterOr
from schema.explain import SHOWN

_MISSING = object()


def unmet_conditions(whole: Filter, person: Mapping[str, Any]) -> list[str]:
    """Return a phrase for each condition that keeps a person out; none if they match.

    ``attributes.plan == "pro" (the person has "free")``
    """
    try:
        if predicate(whole)(person):
            return []
    except FilterError as wrong:
        return [f"a filter that cannot be applied: {wrong}"]
    match whole:
        case FilterCondition():
            return [f"{_condition(whole)} ({_held_words(whole, person)})"]
        case FilterAnd(and_=parts):
            return [phrase for part in parts for phrase in unmet_conditions(part, person)]
        case FilterOr(or_=parts):
            either = (" and ".join(unmet_conditions(part, person)) for part in parts)
            return [f"any of: {'; or '.join(either)}"]
        case FilterNot(not_=part):
            return [f"not {_words(part)} ({_values(part, person)})"]


def _words(whole: Filter) -> str:
    match whole:
        case FilterCondition():
            return _condition(whole)
        case FilterAnd(and_=parts):
            return f"({' and '.join(map(_words, parts))})"
        case FilterOr(or_=parts):
            return f"({' or '.join(map(_words, parts))})"
        case FilterNot(not_=part):
            return f"not {_words(part)}"


def _condition(condition: FilterCondition) -> str:
    if condition.op == "exists":
        return f"{condition.field} {'exists' if condition.value else 'is missing'}"
    return f"{condition.field} {condition.op} {show_value(condition.value)}"


def _values(whole: Filter, person: Mapping[str, Any]) -> str:
    """Return the person's value of each field that a filter reads, each once."""
    return "; ".join(dict.fromkeys(_held_words(one, person) for one in _conditions(whole)))


def _conditions(whole: Filter) -> list[FilterCondition]:
    match whole:
        case FilterCondition():
            return [whole]
        case FilterAnd(and_=parts) | FilterOr(or_=parts):
            return [one for part in parts for one in _conditions(part)]
        case FilterNot(not_=part):
            return _conditions(part)


def _held_words(condition: FilterCondition, person: Mapping[str, Any]) -> str:
    held: Any = person
    for name in condition.field.split("."):
        held = held.get(name, _MISSING) if isinstance(held, Mapping) else _MISSING
    if held is _MISSING:
        return f"the person has no {condition.field}"
    return f"the person has {show_value(held)}"


def show_value(value: Any) -> str:
    """Return a value as staff read it; a long one is cut."""
    match value:
        case None:
            shown = "null"
        case bool():
            shown = "true" if value else "false"
        case str():
            shown = f'"{value}"'
        case datetime():
            shown = value.isoformat()
        case list():
            shown = f"[{', '.join(map(show_value, value))}]"
        case _:
            shown = str(value)
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
