"""Read which values each expression of the rules had, as counted by the emulator.

Firebase documents a report over HTTP. After a whole test run it is 430 MB of JSON and takes half a
minute, because it prints `request` again for each request. This module makes the gRPC call behind
it, and decodes only the counts.
"""

from collections import Counter
from collections.abc import Collection, Iterator

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.message import Message

from tests.rules_quality.mutants import BASE, quote
from tests.rules_quality.syntax import Expression, Rules

Place = tuple[int, int]
"""The start and the end of an expression in the text of the rules."""

Coverage = dict[Place, Counter[str]]
"""How often each expression was "true", "false", an "error", or an "other" value."""

_CALL = "/google.firestore.emulator.v1.FirestoreEmulator/GetRuleCoverage"
_MESSAGES = """
name: "rule_coverage.proto" package: "rule_coverage" syntax: "proto3"
message_type { name: "Request" field { name: "database" number: 1 type: TYPE_STRING } }
message_type { name: "Report"
  field { name: "report" number: 2 label: LABEL_REPEATED
          type: TYPE_MESSAGE type_name: ".rule_coverage.Expression" } }
message_type { name: "Expression"
  field { name: "position" number: 1 type: TYPE_MESSAGE type_name: ".rule_coverage.Position" }
  field { name: "values" number: 2 label: LABEL_REPEATED
          type: TYPE_MESSAGE type_name: ".rule_coverage.Count" }
  field { name: "children" number: 3 label: LABEL_REPEATED
          type: TYPE_MESSAGE type_name: ".rule_coverage.Expression" } }
message_type { name: "Position"
  field { name: "start" number: 5 type: TYPE_INT32 }
  field { name: "end" number: 6 type: TYPE_INT32 } }
message_type { name: "Count"
  field { name: "value" number: 1 type: TYPE_MESSAGE type_name: ".rule_coverage.Value" }
  field { name: "count" number: 2 type: TYPE_INT32 } }
message_type { name: "Value" oneof_decl { name: "kind" }
  field { name: "truth" number: 2 type: TYPE_BOOL oneof_index: 0 }
  field { name: "undefined" number: 100 type: TYPE_BYTES oneof_index: 0 } }
"""
_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(text_format.Parse(_MESSAGES, descriptor_pb2.FileDescriptorProto()))
_REQUEST, _REPORT = (
    message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"rule_coverage.{name}"))
    for name in ("Request", "Report")
)
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "is"})


def coverage_of(host: str, project: str) -> Coverage:
    """Return the coverage of a project's rules since they were loaded."""
    with grpc.insecure_channel(host, [("grpc.max_receive_message_length", -1)]) as channel:
        call = channel.unary_unary(
            _CALL,
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=_REPORT.FromString,
        )
        report = call(_REQUEST(database=f"projects/{project}"))
    coverage: Coverage = {}
    pending = list(report.report)
    while pending:
        expression = pending.pop()
        place = (expression.position.start, expression.position.end + 1)
        counts = coverage.setdefault(place, Counter())
        for entry in expression.values:
            if kind := _kind(entry.value):
                counts[kind] += entry.count
        pending += expression.children
    return coverage


def _kind(value: Message) -> str:
    """Classify a value; empty if `&&`, `||` or `?:` was decided without the expression."""
    match value.WhichOneof("kind"):
        case "truth":
            return "true" if value.truth else "false"
        case "undefined":
            return "error"
        case _:
            return "other" if value.ByteSize() else ""


def place_of(expression: Expression, text: str, places: Collection[Place]) -> Place | None:
    """Find the emulator's position for an expression; None if it keeps no count, as for literals.

    It excludes closing brackets, and mostly the opening ones around an expression.
    """
    ends = [expression.end]
    while text[ends[-1] - 1] in "()[]{}, \n":
        ends.append(ends[-1] - 1)
    starts = [expression.start]
    while text[starts[-1]] in "( \n":
        starts.append(starts[-1] + 1)
    return next(((start, end) for start in starts for end in ends if (start, end) in places), None)


def booleans_of(expression: Expression, decides: bool) -> Iterator[Expression]:
    """Yield each term, alternative, condition and comparison.

    `decides` tells that the result of the whole expression is a verdict.
    """
    match expression.kind:
        case "&&" | "||" | "!":
            for part in expression.parts:
                yield from booleans_of(part, decides=True)
        case "?:":
            condition, first, second = expression.parts
            yield from booleans_of(condition, decides=True)
            yield from booleans_of(first, decides)
            yield from booleans_of(second, decides)
        case kind:
            if decides or kind in _COMPARISONS:
                yield expression
            for part in expression.parts:
                yield from booleans_of(part, decides=False)


def one_sided(rules: Rules, coverage: Coverage) -> dict[str, Counter[str]]:
    """Return the boolean expressions that were not both true and false, by name."""
    conditions = {allow.condition for allow in rules.allows}
    found: dict[str, Counter[str]] = {}
    for body in rules.bodies:
        for expression in booleans_of(body.expression, decides=body.expression in conditions):
            place = place_of(expression, rules.text, coverage)
            counts = coverage[place] if place else Counter()
            if not (counts["true"] and counts["false"]):
                name = f"{body.where.removeprefix(BASE)}: {quote(rules.code(expression))}"
                found[name] = counts
    return found
