"""Which documents the rules read to judge requests: each counts towards Firestore's limits.

The emulator reports, for each expression of the rules, the values that it had. The argument of a
`get()`, an `exists()` or a `getAfter()` has the path of a document as its value, so the values of
these arguments are the documents that were asked for since the rules were loaded.

That is the most a request can cost: while one side of `||` waits for a document, the emulator looks
at the other side already, and asks for its documents too.
"""

import json
import urllib.request
from collections.abc import Iterator

from tests.rules.acting import Database, Document

CALLS = ("get(", "exists(", "getAfter(", "existsAfter(")


def accesses(database: Database, rules: str) -> set[str]:
    """The paths of the documents that these rules have asked for in this database."""
    address = f"http://{database.host}/emulator/v1/projects/{database.project}:ruleCoverage"
    with urllib.request.urlopen(address) as answer:
        report = json.load(answer)["report"]
    return {
        path
        for expression in expressions(report)
        if is_call(expression, rules)
        for path in paths_of(expression["children"][0])
    }


def expressions(report: list[Document]) -> Iterator[Document]:
    for expression in report:
        yield expression
        yield from expressions(expression.get("children", []))


def is_call(expression: Document, rules: str) -> bool:
    """Whether it is such a call itself, and not `get(...).data`, which begins the same."""
    start = expression["sourcePosition"].get("currentOffset", 0)
    called = next((call for call in CALLS if rules.startswith(call, start)), None)
    if called is None or "children" not in expression:
        return False
    argument = rules[start + len(called) :]
    blank = len(argument) - len(argument.lstrip())
    return bool(
        expression["children"][0]["sourcePosition"].get("currentOffset", 0)
        == start + len(called) + blank
    )


def paths_of(argument: Document) -> Iterator[str]:
    for seen in argument.get("values", []):
        if "pathValue" in seen["value"]:
            segments = [segment["simple"] for segment in seen["value"]["pathValue"]["segments"]]
            yield "/".join(segments[len(("databases", "(default)", "documents")) :])
