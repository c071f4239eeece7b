"""Text filters. As in Ruby, only ASCII white space counts: a no-break space is text."""

from __future__ import annotations

import re

from parley.domain.campaigns.templates.liquid_values import is_true, to_text, whole_number
from parley.domain.campaigns.templates.rendering import (
    Html,
    Rendering,
    check_length,
    escape_html,
)

_SPACE = " \t\n\v\f\r"
_SPACES = re.compile(r"[ \t\n\v\f\r]+")
_LINE_BREAK = re.compile(r"\r?\n")


def append(run: Rendering, value: object, other: object) -> object:
    return to_text(value) + to_text(other)


def prepend(run: Rendering, value: object, other: object) -> object:
    return to_text(other) + to_text(value)


def downcase(run: Rendering, value: object) -> object:
    return to_text(value).lower()


def upcase(run: Rendering, value: object) -> object:
    return to_text(value).upper()


def capitalize(run: Rendering, value: object) -> object:
    return to_text(value).capitalize()


def strip(run: Rendering, value: object) -> object:
    return to_text(value).strip(_SPACE + "\0")


def lstrip(run: Rendering, value: object) -> object:
    return to_text(value).lstrip(_SPACE + "\0")


def rstrip(run: Rendering, value: object) -> object:
    return to_text(value).rstrip(_SPACE + "\0")


def squish(run: Rendering, value: object) -> object:
    """Strip the text, and replace each run of white space by one space."""
    if value is None:
        return None
    return _SPACES.sub(" ", to_text(value).strip(_SPACE + "\0"))


def strip_newlines(run: Rendering, value: object) -> object:
    return _LINE_BREAK.sub("", to_text(value))


def newline_to_br(run: Rendering, value: object) -> object:
    text = to_text(value)
    if run.escapes and not isinstance(value, Html):
        text = escape_html(text)
    return run.html(_LINE_BREAK.sub("<br />\n", text))


def replace(run: Rendering, value: object, old: object, new: object = "") -> object:
    return _replaced(run, to_text(value), to_text(old), to_text(new), -1)


def replace_first(run: Rendering, value: object, old: object, new: object = "") -> object:
    return _replaced(run, to_text(value), to_text(old), to_text(new), 1)


def replace_last(run: Rendering, value: object, old: object, new: object) -> object:
    text, sought = to_text(value), to_text(old)
    run.charge_search(text, sought)
    # Python searches backwards in quadratic time, and forwards in linear time.
    found = text[::-1].find(sought[::-1])
    at = -1 if found < 0 else len(text) - found - len(sought)
    return text if at < 0 else text[:at] + to_text(new) + text[at + len(sought) :]


def remove(run: Rendering, value: object, old: object) -> object:
    return replace(run, value, old)


def remove_first(run: Rendering, value: object, old: object) -> object:
    return replace_first(run, value, old)


def remove_last(run: Rendering, value: object, old: object) -> object:
    return replace_last(run, value, old, "")


def _replaced(run: Rendering, text: str, old: str, new: str, times: int) -> str:
    run.charge_search(text, old)
    if len(new) > len(old):
        found = text.count(old) if times < 0 else 1
        check_length(len(text) + found * (len(new) - len(old)))
    return text.replace(old, new, times)


def truncate(run: Rendering, value: object, length: object = 50, end: object = "...") -> object:
    """Cut to a length that includes the ending; a text that fits stays unchanged."""
    if value is None:
        return None
    text, most, ending = to_text(value), whole_number(length, "the length"), to_text(end)
    return text if len(text) <= most else text[: max(0, most - len(ending))] + ending


def truncatewords(run: Rendering, value: object, words: object = 15, end: object = "...") -> object:
    """Cut to a number of words, at least one; a text that fits stays unchanged."""
    if value is None:
        return None
    text, most = to_text(value), max(1, whole_number(words, "the number of words"))
    found = _words(text, most)
    return text if len(found) <= most else " ".join(found[:most]) + to_text(end)


def _words(text: str, most: int) -> list[str]:
    """Return at most so many words, followed by the rest of the text unchanged."""
    rest = text.lstrip(_SPACE)
    if not rest:
        return []
    return _SPACES.split(rest, maxsplit=min(most, len(text)))


def slice_(run: Rendering, value: object, start: object, length: object = None) -> object:
    """Return characters of a text, or items of a list, from a start; by default one."""
    first = whole_number(start, "the start")
    count = whole_number(length, "the length") if is_true(length) else 1
    whole: str | list[object] = list(value) if isinstance(value, list | tuple) else to_text(value)
    begin = first + len(whole) if first < 0 else first
    if begin < 0 or count < 0:
        return whole[:0]
    return whole[begin : begin + count]


def split(run: Rendering, value: object, separator: object) -> object:
    """Split into parts and drop empty ones at the end; a space splits at runs of white space."""
    text, at = to_text(value), to_text(separator)
    if at == "":
        run.spend(len(text))
        return list(text)
    run.charge_search(text, at)
    parts = _SPACES.split(text.lstrip(_SPACE)) if at == " " else text.split(at)
    while parts and not parts[-1]:
        parts.pop()
    return parts
