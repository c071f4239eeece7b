"""Split the text of a template into tokens for python-liquid's parser.

It replaces python-liquid's lexer, which trims Unicode white space where Liquid trims only ASCII,
drops a line break at the end of the text after ``-}}``, does not know ``{%- raw -%}``, and takes
seconds for some texts. This one reads the text once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from liquid import Token
from liquid.token import (
    TOKEN_CONTENT,
    TOKEN_DOC,
    TOKEN_EXPRESSION,
    TOKEN_OUTPUT,
    TOKEN_TAG,
)

from parley.domain.campaigns.templates.refusals import TemplateError
from schema import limits

_OPENING = re.compile(r"\{[{%]")
_TAG = re.compile(r"\s*(#|\w+)(.*)", re.DOTALL)
_SPACE = " \t\n\v\f\r\0"
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_GAP = re.compile(r"[:,]\s*(?:[,|]|$)")
_MOST_BRACKETS = 300
"""A limit, because python-liquid searches the rest of the text for the end of each bracket."""
_VERBATIM = ("raw", "doc")
"""Tags whose bodies are not parsed."""


def tokenize(source: str) -> Iterator[Token]:
    """Yield content, outputs and tags in order; raise :class:`TemplateError`."""
    at, trims, comments = 0, False, 0
    tags = code = 0
    while at < len(source):
        opening = _OPENING.search(source, at)
        begin = opening.start() if opening else len(source)
        if begin > at and not comments:
            text = source[at:begin]
            text = text.lstrip(_SPACE) if trims else text
            text = text.rstrip(_SPACE) if source.startswith("-", begin + 2) else text
            if text:
                yield Token(TOKEN_CONTENT, text, at, source)
        if opening is None:
            return
        end = _closing(source, begin, "}}" if opening[0] == "{{" else "%}", quiet=bool(comments))
        markup, trims = _markup(source, begin, end)
        at = end
        # Each line of the tag "liquid" is a tag.
        tags, code = tags + 1 + markup.count("\n"), code + len(markup)
        _check_size(tags, code)
        if opening[0] == "{{":
            if not comments:
                yield Token(TOKEN_OUTPUT, source[begin:end], begin, source)
                _check_arguments(source, begin, markup)
                yield _expression(source, begin, markup or "nil")
            continue
        tag = _TAG.fullmatch(markup)
        name, rest = (tag[1], tag[2].strip()) if tag else ("", "")
        if name in _VERBATIM:
            at, trims, body = _verbatim(source, begin, end, name, rest)
            if body and not comments:
                yield Token(TOKEN_DOC if name == "doc" else TOKEN_CONTENT, body, begin, source)
            continue
        comments += {"comment": 1, "endcomment": -1}.get(name, 0)
        if comments and not (name == "comment" and comments == 1):
            continue
        if not name:
            raise TemplateError(f"{place_of(source, begin)}: a tag needs a name")
        yield Token(TOKEN_TAG, name, source.index(name, begin), source)
        if name in ("assign", "echo"):
            _check_arguments(source, begin, rest)
        if rest:
            yield _expression(source, begin, rest)


def _check_size(tags: int, code: int) -> None:
    """Refuse a template whose parsing would take long."""
    for count, limit, what in (
        (tags, limits.TEMPLATE_TAGS, "tags and outputs"),
        (code, limits.TEMPLATE_CODE, "characters in its tags and outputs"),
    ):
        if count > limit:
            raise TemplateError(f"the text has more than {limit} {what}; make it shorter")


def _closing(source: str, begin: int, end: str, *, quiet: bool) -> int:
    found = source.find(end, begin + 2)
    if found >= 0:
        return found + 2
    if quiet:
        return begin + 2
    raise TemplateError(
        f"{place_of(source, begin)}: '{source[begin : begin + 2]}' is not closed by '{end}'"
    )


def _markup(source: str, begin: int, end: int) -> tuple[str, bool]:
    """Return the text between the braces, and whether a dash trims the text after them."""
    inner = source[begin + 2 : max(begin + 2, end - 2)].removeprefix("-")
    if inner.count("(") + inner.count("[") > _MOST_BRACKETS:
        raise TemplateError(f"{place_of(source, begin)}: more than {_MOST_BRACKETS} brackets")
    return inner.removesuffix("-").strip(), inner.endswith("-")


def _check_arguments(source: str, begin: int, markup: str) -> None:
    """Refuse a missing argument of a filter; python-liquid would ignore it."""
    if _GAP.search(_QUOTED.sub("''", markup)):
        raise TemplateError(f"{place_of(source, begin)}: an argument is missing after ':' or ','")


def _expression(source: str, begin: int, markup: str) -> Token:
    found = source.find(markup, begin + 2)
    return Token(TOKEN_EXPRESSION, markup, max(found, begin), source)


def _verbatim(source: str, begin: int, end: int, name: str, rest: str) -> tuple[int, bool, str]:
    """Return the end of the tag, whether a dash trims the text after it, and its body."""
    if rest:
        raise TemplateError(f"{place_of(source, begin)}: the tag '{name}' takes no arguments")
    closing = re.compile(rf"\{{%-?\s*end{name}\s*(-?)%\}}").search(source, end)
    if closing is None:
        raise TemplateError(f"{place_of(source, begin)}: the tag '{name}' is not closed")
    return closing.end(), bool(closing[1]), source[end : closing.start()]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the template, described when it is shown: few ever are."""

    source: str
    index: int

    def __str__(self) -> str:
        return place_of(self.source, self.index)


def place_of(source: str, index: int) -> str:
    """Return a place in the template for its author: the line, and the tag that begins there."""
    index = max(0, min(index, len(source)))
    line = source.count("\n", 0, index) + 1
    begin = max(source.rfind("{{", 0, index + 2), source.rfind("{%", 0, index + 2))
    if begin < 0:
        return f"line {line}"
    ends = [end + 2 for close in ("}}", "%}") if (end := source.find(close, begin)) >= 0]
    part = " ".join(source[begin : min(ends, default=len(source))].split())
    return f"line {line}, {part if len(part) <= 60 else part[:59] + '…'}"
