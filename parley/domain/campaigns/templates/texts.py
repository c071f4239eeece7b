"""Text filters. White space is ASCII's: a no-break space belongs to the text, as in Ruby."""

from __future__ import annotations

import re

from parley.domain.campaigns.templates.liquid_values import is_true, text_of
from parley.domain.campaigns.templates.rendering import Rendering, check_length, whole_number

_SPACE = " \t\n\v\f\r"
_SPACES = re.compile(r"[ \t\n\v\f\r]+")
_LINE_BREAK = re.compile(r"\r?\n")


def append(run: Rendering, value: object, other: object) -> object:
    return text_of(value) + text_of(other)


def prepend(run: Rendering, value: object, other: object) -> object:
    return text_of(other) + text_of(value)


def downcase(run: Rendering, value: object) -> object:
    return text_of(value).lower()


def upcase(run: Rendering, value: object) -> object:
    return text_of(value).upper()


def capitalize(run: Rendering, value: object) -> object:
    return text_of(value).capitalize()


def strip(run: Rendering, value: object) -> object:
    return text_of(value).strip(_SPACE + "\0")


def lstrip(run: Rendering, value: object) -> object:
    return text_of(value).lstrip(_SPACE + "\0")


def rstrip(run: Rendering, value: object) -> object:
    return text_of(value).rstrip(_SPACE + "\0")


def squish(run: Rendering, value: object) -> object:
    """Strip, and make one space of each run of white space."""
    if value is None:
        return None
    return _SPACES.sub(" ", text_of(value).strip(_SPACE + "\0"))


def strip_newlines(run: Rendering, value: object) -> object:
    return _LINE_BREAK.sub("", text_of(value))


def newline_to_br(run: Rendering, value: object) -> object:
    return _LINE_BREAK.sub("<br />\n", text_of(value))


def replace(run: Rendering, value: object, old: object, new: object = "") -> object:
    return _replaced(text_of(value), text_of(old), text_of(new), -1)


def replace_first(run: Rendering, value: object, old: object, new: object = "") -> object:
    return _replaced(text_of(value), text_of(old), text_of(new), 1)


def replace_last(run: Rendering, value: object, old: object, new: object) -> object:
    text, sought = text_of(value), text_of(old)
    at = text.rfind(sought)
    return text if at < 0 else text[:at] + text_of(new) + text[at + len(sought) :]


def remove(run: Rendering, value: object, old: object) -> object:
    return replace(run, value, old)


def remove_first(run: Rendering, value: object, old: object) -> object:
    return replace_first(run, value, old)


def remove_last(run: Rendering, value: object, old: object) -> object:
    return replace_last(run, value, old, "")


def _replaced(text: str, old: str, new: str, times: int) -> str:
    if len(new) > len(old):
        found = text.count(old) if times < 0 else 1
        check_length(len(text) + found * (len(new) - len(old)))
    return text.replace(old, new, times)


def truncate(run: Rendering, value: object, length: object = 50, end: object = "...") -> object:
    """Cut to so many characters, the end among them; what fits stays as it is."""
    if value is None:
        return None
    text, most, ending = text_of(value), whole_number(length, "the length"), text_of(end)
    return text if len(text) <= most else text[: max(0, most - len(ending))] + ending


def truncatewords(run: Rendering, value: object, words: object = 15, end: object = "...") -> object:
    """Cut to so many words, at least one; what has no more words stays as it is."""
    if value is None:
        return None
    text, most = text_of(value), max(1, whole_number(words, "the number of words"))
    found = _words(text, most)
    return text if len(found) <= most else " ".join(found[:most]) + text_of(end)


def _words(text: str, most: int) -> list[str]:
    """Split into words, at most so many, and behind them the rest as it is."""
    rest = text.lstrip(_SPACE)
    if not rest:
        return []
    return _SPACES.split(rest, maxsplit=min(most, len(text)))


def slice_(run: Rendering, value: object, start: object, length: object = None) -> object:
    """Return so many characters, or items of a list, from a start; one without a length."""
    first = whole_number(start, "the start")
    count = whole_number(length, "the length") if is_true(length) else 1
    whole: str | list[object] = list(value) if isinstance(value, list | tuple) else text_of(value)
    begin = first + len(whole) if first < 0 else first
    if begin < 0 or count < 0:
        return whole[:0]
    return whole[begin : begin + count]


def split(run: Rendering, value: object, separator: object) -> object:
    """Split into parts, of which empty ones at the end are dropped; a space splits at any run."""
    text, at = text_of(value), text_of(separator)
    if at == "":
        return list(text)
    parts = _SPACES.split(text.lstrip(_SPACE)) if at == " " else text.split(at)
    while parts and not parts[-1]:
        parts.pop()
    return parts
