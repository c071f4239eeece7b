"""Methods that a condition can never allow, since what it asks for is not there.

A request that reads or deletes has no `request.resource`, and before a creation there is no
`resource`: looking into either is an error, and an error is no permission. An `allow` widened to
such a method changes nothing, so no mutant is made of it. `test_reachable.py` sees that the
emulator judges so.
"""

from collections.abc import Mapping

from tests.rules_quality.syntax import Expression, Rules

LACKING = {
    "get": "request.resource.data",
    "list": "request.resource.data",
    "delete": "request.resource.data",
    "create": "resource.data",
}
"""What a request of that method cannot look into. An update has both."""


def can_allow(rules: Rules, condition: Expression, method: str) -> bool:
    lacking = LACKING.get(method)
    return lacking is None or not _needs(rules, condition, lacking, {})


def _needs(
    rules: Rules, expression: Expression, lacking: str, lets: Mapping[str, Expression]
) -> bool:
    """Whether the expression has no value unless `lacking` has one."""

    def needs(part: Expression) -> bool:
        return _needs(rules, part, lacking, lets)

    text = rules.text[expression.start : expression.end]
    match expression.kind:
        case "||":
            return all(needs(part) for part in expression.parts)
        case "?:":
            condition, first, second = expression.parts
            return needs(condition) or (needs(first) and needs(second))
        case "name" | "member" if text == lacking:
            return True
        case "name" if text in lets:
            return needs(lets[text])
        case "call" if function := rules.functions.get(text[: text.index("(")]):
            # An argument that is not used is not evaluated.
            given = zip(function.parameters, expression.parts[1:], strict=True)
            return _needs(rules, function.returned, lacking, function.lets) or any(
                needs(argument)
                for name, argument in given
                if _needs(rules, function.returned, name, function.lets)
            )
        case _:
            return any(needs(part) for part in expression.parts)
