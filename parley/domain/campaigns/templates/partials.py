"""The tag ``render``: a template within a template, which sees the data and what it is given.

As in Liquid, it sees no variable and no loop of the template around it, and leaves none behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from liquid.ast import Node
from liquid.builtin.expressions.primitive import StringLiteral
from liquid.builtin.tags.render_tag import RenderNode

from parley.domain.campaigns.templates import loops
from parley.domain.campaigns.templates.expressions import Evaluate, compile_value
from parley.domain.campaigns.templates.liquid_values import Span
from parley.domain.campaigns.templates.nodes import Render
from parley.domain.campaigns.templates.refusals import Refused, TemplateError
from parley.domain.campaigns.templates.rendering import Rendering
from schema import limits


def rendered_names(parsed: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the templates that these nodes render, in order."""
    for node in parsed:
        if not isinstance(node, RenderNode):
            # No other tag that may be used looks at the context.
            yield from rendered_names(node.children(cast(Any, None), include_partials=False))
        elif isinstance(node.name, StringLiteral):
            yield node.name.value


def check_partials(names: Iterable[str], rendered_by: Mapping[str, Iterable[str]]) -> None:
    """Raise :class:`TemplateError` for a circle, or for templates nested too deeply.

    ``rendered_by``: the names that each template renders.
    """
    checked: set[tuple[str, int]] = set()
    for name in names:
        _check(name, rendered_by, (), checked)


def _check(
    name: str,
    rendered_by: Mapping[str, Iterable[str]],
    around: tuple[str, ...],
    checked: set[tuple[str, int]],
) -> None:
    if (name, len(around)) in checked:
        return
    way = " > ".join((*around, name))
    if name in around:
        raise TemplateError(f"these templates render each other in a circle: {way}; break it")
    if len(around) == limits.EMAIL_PARTIALS_DEPTH:
        raise TemplateError(
            f"templates are nested {len(around) + 1} deep: {way}; the limit is "
            f"{limits.EMAIL_PARTIALS_DEPTH}"
        )
    for inner in rendered_by.get(name, ()):
        _check(inner, rendered_by, (*around, name), checked)
    checked.add((name, len(around)))


def render_partial(node: RenderNode) -> Render:
    """Compile the tag; raise :class:`Refused` for a form of it that cannot be used."""
    if not isinstance(node.name, StringLiteral):
        raise Refused("write the name of the template in quotes")
    name = node.name.value
    given = {str(argument.name): compile_value(argument.value) for argument in node.args}
    shown = compile_value(node.var) if node.var is not None else None
    variable = str(node.alias) if node.alias else name.split(".")[0]
    if shown is not None and node.loop:
        return _each(name, given, shown, variable)

    def render(run: Rendering) -> None:
        values = _values(given, run)
        if shown is not None:
            values[variable] = shown(run)
        _render(name, values, run)

    return render


def _each(name: str, given: Mapping[str, Evaluate], shown: Evaluate, variable: str) -> Render:
    """``render 'name' for items``: once for each item; a value that is no list is one item."""

    def render(run: Rendering) -> None:
        values = _values(given, run)
        items = shown(run)
        if not isinstance(items, list | tuple | Span):
            _render(name, values | {variable: items}, run)
            return
        listed = run.items(items)
        position = loops.Position(len(listed))
        state = loops.LoopState(position.fields(), len(listed))
        for position.at, item in enumerate(listed):
            _render(name, values | {"forloop": state, variable: item}, run)

    return render


def _values(given: Mapping[str, Evaluate], run: Rendering) -> dict[str, object]:
    return {name: value(run) for name, value in given.items()}


def _render(name: str, values: Mapping[str, object], run: Rendering) -> None:
    run.spend(1)
    body = run.partials[name]
    with run.isolated(values):
        try:
            body.render(run)
        except Exception:
            run.where = f"template '{name}', {run.where}"
            raise
