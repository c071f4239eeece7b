"""``schema/paths.py`` is the only place that spells a path of the tree."""

import ast
import re
from collections.abc import Iterator

import pytest

from schema import paths
from tests.architecture.sources import modules

_SEGMENT = re.compile(r"(?<![A-Za-z])[a-z][A-Za-z]*")


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every text in code, parts of f-strings too; docstrings and what is raised are prose."""
    prose = {
        id(text)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for text in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node


def collections() -> frozenset[str]:
    """The collections of the tree, as ``schema/paths.py`` spells them."""
    with open(paths.__file__, encoding="utf-8") as source:
        found = {
            segment
            for text in strings(ast.parse(source.read()))
            if "/" in str(text.value)
            for segment in _SEGMENT.findall(str(text.value))
        }
    return frozenset(found | {value for name, value in vars(paths).items() if name.isupper()})


COLLECTIONS = collections()
_NAMES = "|".join(sorted(COLLECTIONS))
_IN_PATH = re.compile(rf"(?:^|/)(?:{_NAMES})/|/(?:{_NAMES})(?:/|$)")
UNMISTAKABLE = frozenset(name for name in COLLECTIONS if name != name.lower())
"""Names of more than one word: they mean nothing but the collection, even alone."""


def spells_a_path(text: str) -> bool:
    return text in UNMISTAKABLE or _IN_PATH.search(text) is not None


def test_every_collection_is_known() -> None:
    assert {"chats", "members", "campaignStatus", "batches", "nonChatSMSQueue"} <= COLLECTIONS


def test_only_schema_paths_spells_paths() -> None:
    wrong = [
        f"{module.name}:{text.lineno}: {text.value!r}"
        for module in modules("parley", "workers", "functions")
        for text in strings(module.tree)
        if spells_a_path(str(text.value))
    ]

    assert not wrong


@pytest.mark.parametrize("text", ["chats/", "/members", "services/x/users/", "campaignQueue"])
def test_a_spelled_path_is_found(text: str) -> None:
    assert spells_a_path(text)


def test_docstrings_and_errors_may_name_paths() -> None:
    code = """'''Reads chats/x.'''\nraise ValueError(f"chats/{1} is gone")\npath = "chats/x"\n"""

    assert [text.value for text in strings(ast.parse(code))] == ["chats/x"]


@pytest.mark.parametrize(
    "text", ["messages", "/v1/projects/x/messages:send", "chats and members", "/Messages.json"]
)
def test_text_that_only_resembles_a_path_is_ignored(text: str) -> None:
    assert not spells_a_path(text)
