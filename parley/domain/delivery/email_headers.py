"""The headers of an email, written by hand: the email package folds where it must not. Pure.

It puts a long word of a header into ``=?utf-8?q?`` and loses spaces of long subjects. Here, what is
printable ASCII goes on the wire as it is, and only a text with other letters is encoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.header import Header

LINE = 998
"""The longest line of an email without its end (RFC 5322, 2.1.1)."""

_WIDTH = 76
_END = "\r\n"


class LongWord(ValueError):
    """A word of a header that does not fit into one line."""


def encode_words(text: str) -> str:
    """Return a text of any letters as encoded words (RFC 2047), folded."""
    return Header(text, "utf-8", maxlinelen=_WIDTH).encode(linesep=_END)


def text_header(name: str, text: str) -> str:
    """Return a header that reads back as this text, such as a subject."""
    line = f"{name}: {text}"
    is_plain = text.isascii() and text.isprintable() and "=?" not in text and text == text.strip()
    if is_plain and len(line) <= LINE:
        return line
    encoded = Header(text, "utf-8", maxlinelen=_WIDTH, header_name=name).encode(linesep=_END)
    return f"{name}: {encoded}"


def own_header(name: str, text: str) -> str:
    """Return a header that the job brings along: ASCII as it is, in lines of at most ``LINE``.

    Raise :class:`LongWord`.
    """
    if not (text.isascii() and text.replace("\t", " ").isprintable()):
        return text_header(name, text)
    lines = [f"{name}:"]
    for word in text.split(" "):
        if len(lines[-1]) + 1 + len(word) > LINE and lines[-1].strip():
            lines.append("")
        lines[-1] += f" {word}"
        if len(lines[-1]) > LINE:
            raise LongWord(f"has a word of {len(word)} characters, and {LINE - 1} fit into a line")
    return _END.join(lines)


def list_header(name: str, items: Sequence[str]) -> str:
    """Return a header of several items, with a new line before an item that is too much."""
    lines = [f"{name}: {items[0]}"]
    for item in items[1:]:
        if len(lines[-1]) + 2 + len(item) <= _WIDTH:
            lines[-1] += f", {item}"
        else:
            lines[-1] += ","
            lines.append(f" {item}")
    return _END.join(lines)
