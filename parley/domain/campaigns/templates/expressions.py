"""Expressions of a template, compiled from python-liquid's syntax tree into functions.

python-liquid reads the text; what its expressions mean is decided here. An expression is a
function of a :class:`Rendering` that returns a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from liquid.builtin.expressions import (
    BooleanExpression,
    FilteredExpression,
    Path,
)
from liquid.builtin.expressions.arguments import KeywordArgument
from liquid.builtin.expressions.filtered import Filter as AppliedFilter
from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank as BlankLiteral
from liquid.builtin.expressions.primitive import Empty as EmptyLiteral
from liquid.builtin.expressions.primitive import Literal, Nil, RangeLiteral
from liquid.expression import Expression

from parley.domain.campaigns.templates.comparing import OPERATORS, equal
from parley.domain.campaigns.templates.filter_table import FILTERS
from parley.domain.campaigns.templates.liquid_values import Blank, Empty, Span, is_number, is_true
from parley.domain.campaigns.templates.lookups import bare_segments, followed
from parley.domain.campaigns.templates.numbers import range_end
from parley.domain.campaigns.templates.refusals import Refused
from parley.domain.campaigns.templates.rendering import Rendering

Evaluate = Callable[[Rendering], object]

_COMPARISONS: Mapping[type[Expression], str] = {
    EqExpression: "==",
    NeExpression: "!=",
    LtExpression: "<",
    LeExpression: "<=",
    GtExpression: ">",
    GeExpression: ">=",
    ContainsExpression: "contains",
}
_BLANK, _EMPTY = Blank(), Empty()


def value_of(expression: Expression) -> Evaluate:
    """Compile a value: a literal, a range or a path. Raises :class:`Refused` for all else."""
    if isinstance(expression, Nil):
        return lambda run: None
    if isinstance(expression, BlankLiteral | EmptyLiteral):
        return lambda run: ""
    if isinstance(expression, Literal):
        return _literal(expression)
    if isinstance(expression, RangeLiteral):
        return _span(expression)
    if isinstance(expression, Path):
        return _path(expression)
    raise Refused(f"'{expression}' is no value")


def filtered_value_of(expression: Expression) -> Evaluate:
    """Compile a value with the filters behind it."""
    if not isinstance(expression, FilteredExpression):
        return value_of(expression)
    evaluate = value_of(expression.left)
    for applied in expression.filters or ():
        evaluate = _filtered(evaluate, applied)
    return evaluate


def condition_of(expression: Expression) -> Evaluate:
    """Compile a condition: comparisons with ``and`` and ``or``, read from the right."""
    if isinstance(expression, BooleanExpression):
        return condition_of(expression.expression)
    if isinstance(expression, LogicalAndExpression | LogicalOrExpression):
        left, right = condition_of(expression.left), condition_of(expression.right)
        if isinstance(expression, LogicalAndExpression):
            return lambda run: is_true(left(run)) and is_true(right(run))
        return lambda run: is_true(left(run)) or is_true(right(run))
    operator = _COMPARISONS.get(type(expression))
    if operator is None:
        return _side(expression)
    return _comparison(operator, expression.left, expression.right)  # type: ignore[attr-defined]


def match_of(subject: Expression, sought: Expression) -> Evaluate:
    """Compile what ``case subject`` and ``when sought`` compare; only the latter may be blank."""
    value, other = value_of(subject), _side(sought)
    return lambda run: equal(run, value(run), other(run))


def _comparison(operator: str, left: Expression, right: Expression) -> Evaluate:
    compare, one, other = OPERATORS[operator], _side(left), _side(right)
    return lambda run: compare(run, one(run), other(run))


def _side(expression: Expression) -> Evaluate:
    if isinstance(expression, BlankLiteral):
        return lambda run: _BLANK
    if isinstance(expression, EmptyLiteral):
        return lambda run: _EMPTY
    return value_of(expression)


def _literal(expression: Literal[Any]) -> Evaluate:
    value = expression.value
    written = expression.token.value
    if is_number(value) and (not written.isascii() or written.endswith(".")):
        raise Refused(f"'{written}' is no number; write it like 12 or 12.5")
    return lambda run: value


def _span(expression: RangeLiteral) -> Evaluate:
    ends = []
    for written in (expression.start, expression.stop):
        if isinstance(written, Literal) and isinstance(written.value, bool):
            raise Refused(f"'{written}' is no end of a range")
        ends.append(value_of(written))
    begin, end = ends
    if all(isinstance(written, Literal) for written in (expression.start, expression.stop)):
        # Between two numbers that stand in the text, decimals are cut off.
        return lambda run: Span(_cut(begin(run)), _cut(end(run)))
    return lambda run: Span(range_end(begin(run)), range_end(end(run)))


def _cut(value: object) -> int:
    return int(value) if isinstance(value, float) else range_end(value)


def _path(expression: Path) -> Evaluate:
    bare = bare_segments(expression)
    steps: list[tuple[Evaluate | str | int, bool]] = []
    for segment, is_bare in zip(expression.path, bare, strict=True):
        if isinstance(segment, Path):
            steps.append((value_of(segment), False))
            continue
        if is_bare and str(segment)[:1].isdigit():
            raise Refused(f"'{segment}' begins with a digit; write ['{segment}']")
        steps.append((segment, is_bare))
    (root, _), *rest = steps
    if isinstance(root, str) and not any(callable(key) for key, _ in rest):
        return lambda run: followed(run.look_up(root), rest)

    def evaluate(run: Rendering) -> object:
        name = root(run) if callable(root) else root
        keys = [(key(run) if callable(key) else key, is_bare) for key, is_bare in rest]
        return followed(run.look_up(name) if isinstance(name, str) else None, keys)

    return evaluate


def _filtered(value: Evaluate, applied: AppliedFilter) -> Evaluate:
    known = FILTERS.get(applied.name)
    if known is None:
        raise Refused(f"there is no filter '{applied.name}'")
    positional: list[Evaluate] = []
    named: dict[str, Evaluate] = {}
    for argument in applied.args:
        if isinstance(argument, KeywordArgument):
            if known.named:
                named[argument.name] = value_of(argument.value)
                continue
            raise Refused(f"the filter '{applied.name}' takes no argument '{argument.name}:'")
        positional.append(value_of(argument.value))
    # As in Ruby, named arguments together are one more.
    if not known.fewest <= len(positional) <= known.most - bool(named):
        raise Refused(
            f"the filter '{applied.name}' takes {_count(known.fewest, known.most)}, "
            f"and is given {len(positional)}"
        )
    apply, options = known.apply, {name: named[name] for name in known.named & named.keys()}

    def evaluate(run: Rendering) -> object:
        given = value(run)
        run.pay_for(given)
        result = apply(
            run,
            given,
            *(argument(run) for argument in positional),
            **{name: option(run) for name, option in options.items()},
        )
        run.pay_for(result)
        return result

    return evaluate


def _count(fewest: int, most: int) -> str:
    if most == 0:
        return "no argument"
    number = str(most) if fewest == most else f"{fewest} to {most}"
    return f"{number} argument" if most == 1 else f"{number} arguments"
