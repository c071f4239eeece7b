"""Mutants: the rules with one fault each, as a reviewer might overlook it.

A mutant allows more (a condition dropped, a path or a method widened, a limit raised) or less (an
alternative dropped, a limit lowered, an `allow` removed). A test that expects a denial must fail
for the first kind, a test that expects success for the second.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.rules_quality.reachable import can_allow
from tests.rules_quality.syntax import Allow, Expression, Match, Rules

BASE = "/databases/{database}/documents"
"""The path around all others; names leave it out."""

METHODS = {
    "read": {"get", "list"},
    "write": {"create", "update", "delete"},
    **{method: {method} for method in ("get", "list", "create", "update", "delete")},
}
"""The methods that each word of an `allow` grants."""

NEVER = "1 == 2"
"""False, and counted by the emulator, which does not count `false`."""

_INVERTED = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_REPETITION = re.compile(r"\{(\d+),(\d+)\}")
_COLLECTION = re.compile(r"(?<=/)[\w-]+")
_UNCOUNTED = frozenset({"string", "number", "list", "map", "name", "member"})
"""The emulator counts only some of these; the expression around them is always counted."""


@dataclass(frozen=True)
class Mutant:
    """Replace the text from `start` to `end` by `instead`.

    Only a test that evaluates `anchor` can notice, and not while the result is `same` ("true" or
    "false"). A mutant that widens a path or a method has a `probe` instead: a statement that never
    allows anything, put at `start`, which such a test evaluates.
    """

    name: str
    line: int
    start: int
    end: int
    instead: str
    anchor: Expression | None = None
    same: str = ""
    probe: str = ""

    def apply(self, text: str) -> str:
        return text[: self.start] + self.instead + text[self.end :]


def mutants_of(rules: Rules) -> list[Mutant]:
    """Return every mutant in the order of the text. A repeated name gets a number."""
    made: list[Mutant] = []
    for body in rules.bodies:
        made += _Change(rules, body.where.removeprefix(BASE)).within(body.expression)
    for allow in rules.allows:
        made += _of_allow(rules, allow)
    for match in rules.matches:
        made += _of_match(rules, match)
    made.sort(key=lambda mutant: (mutant.line, mutant.start))
    times: Counter[str] = Counter()
    for number, mutant in enumerate(made):
        times[mutant.name] += 1
        if times[mutant.name] > 1:
            made[number] = replace(mutant, name=f"{mutant.name} ({times[mutant.name]})")
    return made


def quote(code: str) -> str:
    """Put code on one line for a name."""
    return f"`{' '.join(code.split())}`"


@dataclass(frozen=True)
class _Change:
    """Mutants of the expressions of one condition or function."""

    rules: Rules
    where: str

    def within(self, expression: Expression, counted: Expression | None = None) -> Iterator[Mutant]:
        """Yield mutants of an expression and its parts; `counted` is the nearest one around."""
        if counted is None or expression.kind not in _UNCOUNTED:
            counted = expression
        yield from self.of(expression, counted)
        for part in expression.parts:
            yield from self.within(part, counted)

    def of(self, expression: Expression, counted: Expression) -> Iterator[Mutant]:
        parts = expression.parts
        match expression.kind:
            case "&&":
                for term in parts:
                    yield self.make("drop the term", term, "true", term, "true")
            case "||":
                for term in parts:
                    yield self.make("drop the alternative", term, "false", term, "false")
            case "?:":
                condition = parts[0]
                yield self.make(
                    "take the first always, not if", condition, "true", condition, "true"
                )
                yield self.make(
                    "take the second always, not unless", condition, "false", condition, "false"
                )
            case "!":
                inner = f"({self.rules.code(parts[0])})"
                yield self.make("drop the `!` of", expression, inner, expression)
            case operator if operator in _INVERTED:
                yield self.inverted(expression, _INVERTED[operator])
            case "number":
                value = int(self.rules.code(expression))
                around = quote(self.rules.code(counted))
                for other in (value - 1, value + 1):
                    if other >= 0:
                        what = f"{other} for {value} in {around}, at"
                        yield self.make(what, expression, str(other), counted)
            case "string":
                yield from self.repetitions(expression, counted)
            case "list":
                yield from self.shortened(expression, counted)

    def inverted(self, comparison: Expression, operator: str) -> Mutant:
        left, right = (self.rules.code(part) for part in comparison.parts)
        between = self.rules.text[comparison.parts[0].end : comparison.parts[1].start]
        code = f"({left}{between.replace(comparison.kind, operator, 1)}{right})"
        return self.make(f"`{operator}` in", comparison, code, comparison)

    def repetitions(self, string: Expression, counted: Expression) -> Iterator[Mutant]:
        """Move each bound of each `{low,high}` of a regular expression by one."""
        code = self.rules.code(string)
        for found in _REPETITION.finditer(code):
            low, high = int(found[1]), int(found[2])
            for bounds in ((low - 1, high), (low + 1, high), (low, high - 1), (low, high + 1)):
                if 0 <= bounds[0] <= bounds[1]:
                    other = f"{{{bounds[0]},{bounds[1]}}}"
                    instead = code[: found.start()] + other + code[found.end() :]
                    what = f"{other} for {found[0]} number {found.start()} in"
                    yield self.make(what, string, instead, counted)

    def shortened(self, values: Expression, counted: Expression) -> Iterator[Mutant]:
        """Leave each string out of a list."""
        for dropped in values.parts:
            if dropped.kind == "string":
                kept = [self.rules.code(value) for value in values.parts if value != dropped]
                what = f"without {self.rules.code(dropped)}"
                yield self.make(what, values, f"[{', '.join(kept)}]", counted)

    def make(
        self, what: str, place: Expression, instead: str, anchor: Expression, same: str = ""
    ) -> Mutant:
        name = f"{self.where}: {what} {quote(self.rules.code(place))}"
        line = self.rules.line(place.start)
        return Mutant(name, line, place.start, place.end, instead, anchor, same)


def _of_allow(rules: Rules, allow: Allow) -> Iterator[Mutant]:
    """Replace the condition, drop or add a method, and extend the `allow` to all paths below."""
    condition = allow.condition
    decision = rules.code(condition)

    def statement(*methods: str, decision: str = decision) -> str:
        return f"allow {', '.join(methods)}: if {decision};"

    def below(statement: str) -> str:
        return f"match /{{below=**}} {{ {statement} }} "

    def make(
        what: str, instead: str, anchor: Expression | None = None, same: str = "", probe: str = ""
    ) -> Mutant:
        name = f"{allow.path.removeprefix(BASE)} {', '.join(allow.methods)}: {what}"
        line = rules.line(allow.start)
        return Mutant(name, line, allow.start, allow.end, instead, anchor, same, probe)

    for verdict in ("true", "false"):
        yield make(verdict, statement(*allow.methods, decision=verdict), condition, verdict)
    if len(allow.methods) > 1:
        for dropped in allow.methods:
            kept = [method for method in allow.methods if method != dropped]
            yield make(f"not {dropped}", statement(*kept), condition)
    granted = set().union(*(METHODS[method] for method in allow.methods))
    for method in sorted((METHODS["read"] | METHODS["write"]) - granted):
        if can_allow(rules, condition, method):
            widened = statement(*allow.methods, method)
            yield make(f"{method} too", widened, probe=statement(method, decision=NEVER))
    code = rules.text[allow.start : allow.end]
    probe = below(statement(*allow.methods, decision=NEVER))
    yield make("below it too", below(code) + code, probe=probe)


def _of_match(rules: Rules, match: Match) -> Iterator[Mutant]:
    """Accept any collection instead of a named one."""
    if match.path == BASE:
        return
    for found in _COLLECTION.finditer(rules.text, match.path_start, match.path_end):
        before = rules.text[match.start : found.start()]
        instead = before + "{anywhere}" + rules.text[found.end() : match.path_end]
        probe = f"{instead} {{ allow read, write: if {NEVER}; }} "
        name = f"{match.path.removeprefix(BASE)}: any collection for {found[0]}"
        line = rules.line(match.start)
        yield Mutant(name, line, match.start, match.path_end, instead, probe=probe)
