"""A field of a log line has a name that reaches the line."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from parley.structured_logging import PRIVATE_FIELDS
from tests.architecture.sources import ROOT, files, parsed

TAKEN = frozenset({"severity", "time", "logger", "action", "message"})
"""What every line has; a field of this name is dropped."""
LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})


def lost_fields(tree: ast.Module) -> Iterator[str]:
    """Yield the fields of events that no line shows: taken names, and those that are private."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in LEVELS or "log" not in ast.unparse(node.func.value).lower():
            continue
        for keyword in node.keywords:
            if keyword.arg in TAKEN | PRIVATE_FIELDS:
                yield f"{node.lineno}: {keyword.arg}"


def test_no_event_has_a_field_that_its_line_drops() -> None:
    python = [path for path in files("parley", "workers", "functions") if path.suffix == ".py"]
    fields = {str(path.relative_to(ROOT)): [*lost_fields(parsed(path))] for path in python}
    lost = {path: found for path, found in fields.items() if found}

    assert len(python) > 100
    assert lost == {}


def test_a_dropped_field_is_found() -> None:
    tree = ast.parse("_log.error('x', status=1, message='gone')\nself._log.info('y', text='z')")

    assert [*lost_fields(tree)] == ["1: message", "2: text"]
