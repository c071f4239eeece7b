"""What each expression of the rules has been seen to be, as the emulator counts it.

The emulator keeps, for each project, the values of every expression. Firebase documents the HTTP
side of that report; after a whole run it is 430 MB of indented JSON and takes half a minute, since
`request` is printed anew for each request. So the call behind it is made, over gRPC, and
only the values that count here are decoded.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.message import Message

from tests.rules_quality.syntax import Expression

Place = tuple[int, int]
"""Where an expression begins and ends, as offsets into the text of the rules."""

_CALL = "/google.firestore.emulator.v1.FirestoreEmulator/GetRuleCoverage"
_MESSAGES = """
name: "rule_coverage.proto" package: "rule_coverage" syntax: "proto3"
message_type { name: "Request" field { name: "database" number: 1 type: TYPE_STRING } }
message_type {
  name: "Report"
  field { name: "report" number: 2 label: LABEL_REPEATED
          type: TYPE_MESSAGE type_name: ".rule_coverage.Expression" }
}
message_type {
  name: "Expression"
  field { name: "position" number: 1 type: TYPE_MESSAGE type_name: ".rule_coverage.Position" }
  field { name: "values" number: 2 label: LABEL_REPEATED
          type: TYPE_MESSAGE type_name: ".rule_coverage.Count" }
  field { name: "children" number: 3 label: LABEL_REPEATED
          type: TYPE_MESSAGE type_name: ".rule_coverage.Expression" }
}
message_type {
  name: "Position"
  field { name: "start" number: 5 type: TYPE_INT32 }
  field { name: "end" number: 6 type: TYPE_INT32 }
}
message_type {
  name: "Count"
  field { name: "value" number: 1 type: TYPE_MESSAGE type_name: ".rule_coverage.Value" }
  field { name: "count" number: 2 type: TYPE_INT32 }
}
message_type {
  name: "Value"
  oneof_decl { name: "kind" }
  field { name: "truth" number: 2 type: TYPE_BOOL oneof_index: 0 }
  field { name: "undefined" number: 100 type: TYPE_BYTES oneof_index: 0 }
}
"""
_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(text_format.Parse(_MESSAGES, descriptor_pb2.FileDescriptorProto()))
_REQUEST, _REPORT = (
    message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"rule_coverage.{name}"))
    for name in ("Request", "Report")
)


@dataclass(frozen=True)
class Seen:
    """How often an expression was true, false, an error, or a value that is no boolean."""

    true: int = 0
    false: int = 0
    error: int = 0
    other: int = 0

    def __add__(self, more: "Seen") -> "Seen":
        return Seen(
            self.true + more.true,
            self.false + more.false,
            self.error + more.error,
            self.other + more.other,
        )

    @property
    def times(self) -> int:
        return self.true + self.false + self.error + self.other


Coverage = dict[Place, Seen]


def of_project(host: str, project: str) -> Coverage:
    """What the project's rules have been seen to be since they were loaded."""
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
        coverage[place] = coverage.get(place, Seen()) + _seen(expression)
        pending += expression.children
    return coverage


def _seen(expression: Message) -> Seen:
    counts = {"true": 0, "false": 0, "error": 0, "other": 0}
    for entry in expression.values:
        match entry.value.WhichOneof("kind"):
            case "truth":
                counts["true" if entry.value.truth else "false"] += entry.count
            case "undefined":
                counts["error"] += entry.count
            case None if entry.value.ByteSize():
                counts["other"] += entry.count
            case _:
                pass  # No value at all: `&&`, `||` or `?:` was decided without it.
    return Seen(**counts)


def merged(parts: Iterable[Mapping[Place, Seen]]) -> Coverage:
    whole: Coverage = {}
    for part in parts:
        for place, seen in part.items():
            whole[place] = whole.get(place, Seen()) + seen
    return whole


def place_of(expression: Expression, text: str, places: Collection[Place]) -> Place | None:
    """Where the emulator says an expression is; None where it keeps no count, as of literals.

    It leaves closing brackets out, and mostly the opening ones around an expression.
    """
    ends = [expression.end]
    while text[ends[-1] - 1] in "()[]{}, \n":
        ends.append(ends[-1] - 1)
    starts = [expression.start]
    while text[starts[-1]] in "( \n":
        starts.append(starts[-1] + 1)
    return next(((start, end) for start in starts for end in ends if (start, end) in places), None)
