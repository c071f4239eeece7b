"""Compile the expressions of a template from python-liquid's syntax tree into functions.

python-liquid only reads the text. An expression is a function of a :class:`Rendering` that returns
a value.
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
from parley.domain.campaigns.templates.lookups import bare_segments, follow
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


def compile_value(expression: Expression) -> Evaluate:
    """Compile a literal, a range or a path; raise :class:`Refused` for all else."""
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
    raise Refused(f"'{expression}' is not a value")


def compile_filtered(expression: Expression) -> Evaluate:
    """Compile a value with its filters."""
    if not isinstance(expression, FilteredExpression):
        return compile_value(expression)
    evaluate = compile_value(expression.left)
    for applied in expression.filters or ():
        evaluate = _filtered(evaluate, applied)
    return evaluate


def compile_condition(expression: Expression) -> Evaluate:
    """Compile a condition: comparisons with ``and`` and ``or``, evaluated from the right."""
    if isinstance(expression, BooleanExpression):
        return compile_condition(expression.expression)
    if isinstance(expression, LogicalAndExpression | LogicalOrExpression):
        left, right = compile_condition(expression.left), compile_condition(expression.right)
        return _logical(left, right, is_and=isinstance(expression, LogicalAndExpression))
    operator = _COMPARISONS.get(type(expression))
    if operator is None:
        return _side(expression)
    return _comparison(operator, expression.left, expression.right)  # type: ignore[attr-defined]


def _logical(left: Evaluate, right: Evaluate, *, is_and: bool) -> Evaluate:
    def evaluate(run: Rendering) -> object:
        run.spend(1)
        if is_true(left(run)) is not is_and:
            return not is_and
        return is_true(right(run))

    return evaluate


def compile_match(subject: Expression, sought: Expression) -> Evaluate:
    """Compile the comparison of a ``case`` with a ``when``, which may be ``blank`` or ``empty``."""
    value, other = compile_value(subject), _side(sought)
    return lambda run: equal(run, value(run), other(run))


def _comparison(operator: str, left: Expression, right: Expression) -> Evaluate:
    compare, one, other = OPERATORS[operator], _side(left), _side(right)
    return lambda run: compare(run, one(run), other(run))


def _side(expression: Expression) -> Evaluate:
    if isinstance(expression, BlankLiteral):
        return lambda run: _BLANK
    if isinstance(expression, EmptyLiteral):
        return lambda run: _EMPTY
    return compile_value(expression)


def _literal(expression: Literal[Any]) -> Evaluate:
    value = expression.value
    written = expression.token.value
    if is_number(value) and (not written.isascii() or written.endswith(".")):
        raise Refused(f"'{written}' is not a number; write it like 12 or 12.5")
    return lambda run: value


def _span(expression: RangeLiteral) -> Evaluate:
    ends = []
    for written in (expression.start, expression.stop):
        if isinstance(written, Literal) and isinstance(written.value, bool):
            raise Refused(f"'{written}' is not the end of a range")
        ends.append(compile_value(written))
    begin, end = ends
    if all(isinstance(written, Literal) for written in (expression.start, expression.stop)):
        # A range of two literal numbers cuts off their decimals.
        return lambda run: Span(_truncate(begin(run)), _truncate(end(run)))
    return lambda run: Span(range_end(begin(run)), range_end(end(run)))


def _truncate(value: object) -> int:
    return int(value) if isinstance(value, float) else range_end(value)


def _path(expression: Path) -> Evaluate:
    bare = bare_segments(expression)
    steps: list[tuple[Evaluate | str | int, bool]] = []
    for segment, is_bare in zip(expression.path, bare, strict=True):
        if isinstance(segment, Path):
            steps.append((compile_value(segment), False))
            continue
        if is_bare and str(segment)[:1].isdigit():
            raise Refused(f"'{segment}' begins with a digit; write ['{segment}']")
        steps.append((segment, is_bare))
    (root, _), *rest = steps
    if isinstance(root, str) and not any(callable(key) for key, _ in rest):
        return lambda run: follow(run.look_up(root), rest)

    def evaluate(run: Rendering) -> object:
        run.spend(1)
        name = root(run) if callable(root) else root
        keys = [(key(run) if callable(key) else key, is_bare) for key, is_bare in rest]
        return follow(run.look_up(name) if isinstance(name, str) else None, keys)

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
                named[argument.name] = compile_value(argument.value)
                continue
            raise Refused(f"the filter '{applied.name}' takes no argument '{argument.name}:'")
        positional.append(compile_value(argument.value))
    # As in Ruby, all named arguments together count as one more.
    if not known.fewest <= len(positional) <= known.most - bool(named):
        raise Refused(
            f"the filter '{applied.name}' takes {_count(known.fewest, known.most)}, "
            f"and is given {len(positional)}"
        )
    apply, weight = known.apply, known.weight
    options = {name: named[name] for name in known.named & named.keys()}

    def evaluate(run: Rendering) -> object:
        given = value(run)
        run.charge(given)
        if weight > 1 and isinstance(given, str):
            run.charge_text(given, weight - 1)
        result = apply(
            run,
            given,
            *(argument(run) for argument in positional),
            **{name: option(run) for name, option in options.items()},
        )
        run.charge_made(result)
        return result

    return evaluate


def _count(fewest: int, most: int) -> str:
    if most == 0:
        return "no argument"
    number = str(most) if fewest == most else f"{fewest} to {most}"
    return f"{number} argument" if most == 1 else f"{number} arguments"
