"""Mutants of conditions and functions: a term, an alternative, a comparison, a limit, a value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.rules_quality.mutant import BASE, Mutant, Sensitive, quoted
from tests.rules_quality.syntax import Body, Expression, Rules

TURNED = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_REPETITION = re.compile(r"\{(\d+),(\d+)\}")
_UNCOUNTED = frozenset({"string", "number", "list", "map", "name", "member"})
"""Of these the emulator counts some and some not; what is around them tells as much."""


def of_body(rules: Rules, body: Body) -> Iterator[Mutant]:
    """Every mutant of one condition, or of what one function returns."""
    mutation = _Mutation(rules, body.where.removeprefix(BASE))
    yield from mutation.within(body.expression, body.expression)


@dataclass(frozen=True)
class _Mutation:
    rules: Rules
    where: str

    def within(self, expression: Expression, around: Expression) -> Iterator[Mutant]:
        """Mutants of an expression and its parts; `around` is the nearest that is counted."""
        if expression.kind not in _UNCOUNTED:
            around = expression
        yield from self.of(expression, around)
        for part in expression.parts:
            yield from self.within(part, around)

    def of(self, expression: Expression, around: Expression) -> Iterator[Mutant]:
        parts = expression.parts
        match expression.kind:
            case "&&":
                for term in parts:
                    yield self.constant("drop the term", term, "true")
            case "||":
                for term in parts:
                    yield self.constant("drop the alternative", term, "false")
            case "?:":
                yield self.constant("take the first always, not if", parts[0], "true")
                yield self.constant("take the second always, not unless", parts[0], "false")
            case "!":
                inner = self.text(parts[0])
                yield self.change("drop the `!` of", expression, f"({inner})", expression)
            case operator if operator in TURNED:
                yield self.turned(expression, operator)
            case "number":
                yield from self.numbers(expression, around)
            case "string":
                yield from self.repetitions(expression, around)
            case "list":
                yield from self.shorter(expression, around)

    def constant(self, what: str, term: Expression, instead: str) -> Mutant:
        sensitive = Sensitive.UNLESS_TRUE if instead == "true" else Sensitive.UNLESS_FALSE
        return self.change(what, term, instead, term, sensitive)

    def turned(self, comparison: Expression, operator: str) -> Mutant:
        left, right = comparison.parts
        between = self.rules.text[left.end : right.start]
        instead = between.replace(operator, TURNED[operator], 1)
        code = f"({self.text(left)}{instead}{self.text(right)})"
        return self.change(f"`{TURNED[operator]}` in", comparison, code, comparison)

    def numbers(self, number: Expression, around: Expression) -> Iterator[Mutant]:
        value = int(self.text(number))
        for other in (value - 1, value + 1):
            if other >= 0:
                what = f"{other} for {value} in {quoted(self.text(around))}, at"
                yield self.change(what, number, str(other), around)

    def repetitions(self, string: Expression, around: Expression) -> Iterator[Mutant]:
        """Each bound of each `{low,high}` of a regular expression, one more and one less."""
        code = self.text(string)
        for found in _REPETITION.finditer(code):
            low, high = int(found[1]), int(found[2])
            for bounds in ((low - 1, high), (low + 1, high), (low, high - 1), (low, high + 1)):
                if 0 <= bounds[0] <= bounds[1]:
                    other = f"{{{bounds[0]},{bounds[1]}}}"
                    instead = code[: found.start()] + other + code[found.end() :]
                    what = f"{other} for {found[0]} number {found.start()} in"
                    yield self.change(what, string, instead, around)

    def shorter(self, values: Expression, around: Expression) -> Iterator[Mutant]:
        """A list of strings without each of them."""
        for dropped in values.parts:
            if dropped.kind == "string":
                kept = [self.text(value) for value in values.parts if value != dropped]
                what = f"without {self.text(dropped)}"
                yield self.change(what, values, f"[{', '.join(kept)}]", around)

    def change(
        self,
        what: str,
        place: Expression,
        instead: str,
        anchor: Expression,
        sensitive: Sensitive = Sensitive.ALWAYS,
    ) -> Mutant:
        name = f"{self.where}: {what} {quoted(self.text(place))}"
        line = self.rules.line(place.start)
        return Mutant(name, line, place.start, place.end, instead, anchor, sensitive)

    def text(self, expression: Expression) -> str:
        return self.rules.text[expression.start : expression.end]
