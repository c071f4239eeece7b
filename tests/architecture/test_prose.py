"""Documentation and comments are plain English: no convoluted phrases, lines of 100 characters."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Module, modules
from tests.architecture.test_docs import PAGES

LINE = 100
PHRASES = (
    "whoever",
    "whatever",
    "what there is",
    "that there is",
    "of which",
    "for whom",
    "to whom",
    "thereof",
    "in order to",
    "by itself",
)
"""Each of these has a shorter way to say it: "people who", "everything", "whose", "to"."""

CODE = (
    "schema",
    "parley/adapters",
    "parley/cli",
    "parley/domain",
    "parley/services/campaigns",
    "parley/services/chats",
    "parley/services/delivery",
    "parley/services/people",
    "parley/store",
    "parley/testing",
    "functions",
    "emulator",
)

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PHRASE = re.compile(rf"\b(?:{'|'.join(PHRASES)})\b", re.IGNORECASE)


def convoluted(text: str) -> list[str]:
    """Return the phrases of the list that occur in the prose."""
    return _PHRASE.findall(" ".join(_FENCE.sub("", text).split()))


def comments(source: str, tree: ast.Module) -> Iterator[str]:
    """Yield the docstrings of a Python source, those of constants included, and its comments."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def long_lines(text: str) -> list[str]:
    """Return lines over the limit; tables, code and single unbreakable words may be longer."""
    return [
        line
        for line in _FENCE.sub("", text).splitlines()
        if len(line) > LINE and not line.startswith(("|", "#", "    ")) and " " in line.strip("- ")
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_prose_has_no_convoluted_phrase(page: Path) -> None:
    assert convoluted(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_prose_wraps_at_100_characters(page: Path) -> None:
    assert long_lines(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module", modules(*CODE), ids=lambda module: module.name)
def test_comments_have_no_convoluted_phrase(module: Module) -> None:
    source = module.path.read_text(encoding="utf-8")
    assert convoluted("\n".join(comments(source, module.tree))) == []


def test_a_convoluted_phrase_is_found() -> None:
    assert convoluted("A chat of\nwhich one\n```\nwhoever\n```") == ["of which"]
    source = '"""A."""\nx = "b"\n"""C."""  # D'
    assert list(comments(source, ast.parse(source))) == ["A.", "C.", "# D"]
    assert long_lines("word " * 30) == ["word " * 30]
    assert long_lines("| " + "word " * 30) == []
