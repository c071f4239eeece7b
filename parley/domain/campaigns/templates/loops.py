"""The loops ``for`` and ``tablerow``, with their variables ``forloop`` and ``tablerowloop``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import prod
from typing import Any

from parley.domain.campaigns.templates.expressions import Evaluate
from parley.domain.campaigns.templates.liquid_values import Span, describe, is_true, whole_number
from parley.domain.campaigns.templates.nodes import Body, Interrupt, Render
from parley.domain.campaigns.templates.numbers import number
from parley.domain.campaigns.templates.refusals import Refused, TooMuch
from parley.domain.campaigns.templates.rendering import Rendering
from schema import limits


@dataclass(frozen=True, slots=True)
class Loop:
    """The header of a loop: ``for name in items limit: 2 offset: 1 reversed``."""

    variable: str
    key: str
    """Equal for loops over the same variable and items; ``offset: continue`` depends on it."""
    items: Evaluate
    limit: Evaluate | None
    offset: Evaluate | None
    goes_on: bool
    """``offset: continue``: begin where the last loop of this key ended."""
    backwards: bool


class LoopState(Mapping[str, object]):
    """The position of a running loop, as fields for the template."""

    def __init__(self, fields: Mapping[str, Callable[[], object]], length: int) -> None:
        self.length = length
        self._fields = fields

    def __getitem__(self, key: str) -> object:
        return self._fields[key]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


class Position:
    """The position of a loop, counted from 0."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.at = 0

    def fields(self) -> dict[str, Callable[[], object]]:
        return {
            "length": lambda: self.length,
            "index": lambda: self.at + 1,
            "index0": lambda: self.at,
            "rindex": lambda: self.length - self.at,
            "rindex0": lambda: self.length - self.at - 1,
            "first": lambda: self.at == 0,
            "last": lambda: self.at == self.length - 1,
        }


def for_loop(loop: Loop, body: Body, otherwise: Body | None) -> Render:
    """Render the body for each item, or the ``else`` body if there are no items."""

    def render(run: Rendering) -> Interrupt | None:
        items = _items(run, loop)
        if not items:
            return otherwise.render(run) if otherwise else None
        position = Position(len(items))
        parent = _parent(run)
        fields = position.fields() | {"parentloop": lambda: parent, "name": lambda: loop.key}
        scope: dict[str, object] = {"forloop": LoopState(fields, len(items))}
        _enter(run, scope, len(items))
        try:
            for position.at, item in enumerate(items):
                scope[loop.variable] = item
                run.spend(1)
                if body.render(run) is Interrupt.BREAK:
                    break
        finally:
            run.loops.pop()
        return None

    return render


def table_row(loop: Loop, columns: Evaluate | None, body: Body) -> Render:
    """Render the body for each item, as a cell of an HTML table."""

    def render(run: Rendering) -> Interrupt | None:
        collection = loop.items(run)
        if not is_true(collection):
            return None
        begin = _count(loop.offset, run)
        end = None if loop.limit is None else begin + _count(loop.limit, run)
        items = _slice(run, collection, begin, end)
        width = len(items) if columns is None else _count(columns, run)
        position = Position(len(items))
        fields = position.fields() | {
            "col": lambda: _column(position.at, width) + 1,
            "col0": lambda: _column(position.at, width),
            "col_first": lambda: _column(position.at, width) == 0,
            "col_last": lambda: _column(position.at, width) + 1 == width,
            "row": lambda: (position.at // width if width > 0 else 0) + 1,
        }
        state = LoopState(fields, len(items))
        scope: dict[str, object] = {"tablerowloop": state}
        run.write('<tr class="row1">\n')
        _enter(run, scope, len(items))
        try:
            for position.at, item in enumerate(items):
                scope[loop.variable] = item
                run.spend(1)
                run.write(f'<td class="col{state["col"]}">')
                interrupt = body.render(run)
                run.write("</td>")
                if interrupt is Interrupt.BREAK:
                    break
                if state["col_last"] and not state["last"]:
                    run.write(f'</tr>\n<tr class="row{position.at // width + 2}">')
        finally:
            run.loops.pop()
        run.write("</tr>\n")
        return None

    return render


def _column(at: int, width: int) -> int:
    return at % width if width > 0 else at


def _count(value: Evaluate | None, run: Rendering) -> int:
    given = None if value is None else value(run)
    if isinstance(given, bool | list | Mapping):
        raise Refused(f"a loop's limit, offset and cols are whole numbers, not {describe(given)}")
    return int(number(given))


def _items(run: Rendering, loop: Loop) -> list[Any]:
    """Return the items of the loop, in its order."""
    given = None if loop.offset is None else loop.offset(run)
    begin = 0 if given is None else whole_number(given, "the loop's offset")
    if loop.goes_on:
        begin = run.offsets.get(loop.key, 0)
    collection = loop.items(run)
    limit = None if loop.limit is None else loop.limit(run)
    end = None if limit is None else begin + whole_number(limit, "the loop's limit")
    items = _slice(run, collection, begin, end)
    run.offsets[loop.key] = begin + len(items)
    return items[::-1] if loop.backwards else items


def _slice(run: Rendering, collection: object, begin: int, end: int | None) -> list[Any]:
    """Return a slice of the items; a text is one item, a map is its pairs."""
    if isinstance(collection, str):
        return [collection] if collection else []
    first, last = max(0, begin), None if end is None else max(0, end)
    if isinstance(collection, Span):
        numbers = range(collection.first, collection.last + 1)[first:last]
        # len() fails for ranges of 2**63 numbers and more.
        if numbers and abs(numbers[-1] - numbers[0]) >= limits.RENDERED_LOOP_ITERATIONS:
            _refuse_length()
        return list(numbers)
    if isinstance(collection, LoopState):
        return []
    if isinstance(collection, Mapping):
        return [[key, value] for key, value in islice(collection.items(), first, last)]
    return list(collection[first:last]) if isinstance(collection, list | tuple) else []


def _enter(run: Rendering, scope: dict[str, object], length: int) -> None:
    around = [
        state.length
        for variables in run.loops
        for state in variables.values()
        if isinstance(state, LoopState)
    ]
    if prod(around, start=length) > limits.RENDERED_LOOP_ITERATIONS:
        _refuse_length()
    run.loops.append(scope)


def _parent(run: Rendering) -> object:
    return next((scope["forloop"] for scope in reversed(run.loops) if "forloop" in scope), None)


def _refuse_length() -> None:
    raise TooMuch(
        f"the loop, with those around it, runs more than {limits.RENDERED_LOOP_ITERATIONS} times; "
        "give it a limit"
    )
