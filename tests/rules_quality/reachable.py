"""Decide which methods a condition can never allow.

A request that reads or deletes has no `request.resource`, and a creation has no `resource`.
Reading either is then an error, which denies. An `allow` widened to such a method changes nothing,
so it is no mutant. `test_reachable.py` compares these decisions with the emulator's.
"""

from collections.abc import Mapping

from tests.rules_quality.syntax import Expression, Rules

ABSENT = {
    "get": "request.resource.data",
    "list": "request.resource.data",
    "delete": "request.resource.data",
    "create": "resource.data",
}
"""The document that a request of this method lacks. An update has both."""


def can_allow(rules: Rules, condition: Expression, method: str) -> bool:
    absent = ABSENT.get(method)
    return absent is None or not _needs(rules, condition, absent, {})


def _needs(
    rules: Rules, expression: Expression, absent: str, lets: Mapping[str, Expression]
) -> bool:
    """Tell whether the expression is an error without `absent`."""

    def needs(part: Expression) -> bool:
        return _needs(rules, part, absent, lets)

    code, parts = rules.code(expression), expression.parts
    match expression.kind:
        case "||":
            return all(map(needs, parts))
        case "?:":
            return needs(parts[0]) or (needs(parts[1]) and needs(parts[2]))
        case "name" | "member" if code == absent:
            return True
        case "name" if code in lets:
            return needs(lets[code])
        case "call" if function := rules.functions.get(code.split("(")[0]):
            # The engine does not evaluate an argument that the function does not use.
            used = (
                argument
                for name, argument in zip(function.parameters, parts[1:], strict=True)
                if _needs(rules, function.returned, name, function.lets)
            )
            return _needs(rules, function.returned, absent, function.lets) or any(map(needs, used))
        case _:
            return any(map(needs, parts))
