"""Only ``schema/`` spells stored field names; other code writes documents by typed builders."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import modules

FOLDERS = (
    "parley/domain/chats",
    "parley/domain/people",
    "parley/services/chats",
    "parley/services/people",
    "parley/services/upkeep",
)
"""Folders whose documents all come from ``schema/``. Each area adds its own once it is done."""

_CAMEL = re.compile(r"[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+")


def written_fields(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield each camelCase key of a dict display or of an assignment to an item."""
    for node in ast.walk(tree):
        for key in _keys(node):
            if isinstance(key, ast.Constant) and _CAMEL.fullmatch(str(key.value)):
                yield key


def _keys(node: ast.AST) -> list[ast.expr | None]:
    if isinstance(node, ast.Dict):
        return node.keys
    if isinstance(node, ast.Assign):
        return [target.slice for target in node.targets if isinstance(target, ast.Subscript)]
    return []


def test_no_code_outside_schema_spells_a_field_that_it_writes() -> None:
    wrong = [
        f"{module.name}:{key.lineno}: {key.value!r}"
        for module in modules(*FOLDERS)
        for key in written_fields(module.tree)
    ]

    assert not wrong


@pytest.mark.parametrize(
    "code", ['{"memberIds": []}', 'fields["memberIds"] = []', 'x = {**y, "lastMessage": z}']
)
def test_a_spelled_field_is_found(code: str) -> None:
    assert list(written_fields(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["chat_patch(member_ids=[])", 'fields["memberIds"]', '{"state": "open"}']
)
def test_a_read_or_a_typed_patch_is_left_alone(code: str) -> None:
    assert not list(written_fields(ast.parse(code)))
