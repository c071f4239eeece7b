"""The boolean expressions of the rules: each should have been seen true and seen false."""

from collections.abc import Iterator

from tests.rules_quality.coverage import Coverage, Seen, place_of
from tests.rules_quality.mutant import BASE, quoted
from tests.rules_quality.syntax import Expression, Rules

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "is"})


def booleans(expression: Expression, decides: bool) -> Iterator[Expression]:
    """Each term, alternative, condition and comparison; `decides`: the whole is a verdict."""
    match expression.kind:
        case "&&" | "||" | "!":
            for part in expression.parts:
                yield from booleans(part, decides=True)
        case "?:":
            condition, first, second = expression.parts
            yield from booleans(condition, decides=True)
            yield from booleans(first, decides)
            yield from booleans(second, decides)
        case kind:
            if decides or kind in _COMPARISONS:
                yield expression
            for part in expression.parts:
                yield from booleans(part, decides=False)


def one_sided(rules: Rules, coverage: Coverage) -> dict[str, Seen]:
    """The expressions that were not seen both true and false, by a name that says where."""
    conditions = {allow.condition for allow in rules.allows}
    found: dict[str, Seen] = {}
    for body in rules.bodies:
        for expression in booleans(body.expression, decides=body.expression in conditions):
            place = place_of(expression, rules.text, coverage)
            seen = coverage[place] if place else Seen()
            if not (seen.true and seen.false):
                code = quoted(rules.text[expression.start : expression.end])
                found[f"{body.where.removeprefix(BASE)}: {code}"] = seen
    return found
