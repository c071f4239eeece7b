"""The documentation is plain English: no convoluted phrases, lines of 100 characters."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
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
)
"""Each of these has a shorter way to say it: "people who", "everything", "whose", "to"."""

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PHRASE = re.compile(rf"\b(?:{'|'.join(PHRASES)})\b", re.IGNORECASE)


def convoluted(text: str) -> list[str]:
    """Return the phrases of the list that occur in the prose."""
    return _PHRASE.findall(" ".join(_FENCE.sub("", text).split()))


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


def test_a_convoluted_phrase_is_found() -> None:
    assert convoluted("A chat of\nwhich one\n```\nwhoever\n```") == ["of which"]
    assert long_lines("word " * 30) == ["word " * 30]
    assert long_lines("| " + "word " * 30) == []
