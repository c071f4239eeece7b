"""Which texts are visible, and which may be names: for the server and the rules.

A text is blank if each of its characters is white space, a control, one that Unicode calls
ignorable in display (joiners, direction marks, variation selectors, the fillers of Hangul, tags), a
mark of interlinear notes, or the blank pattern of Braille. All of them are listed, because regular
expression engines differ in the version of Unicode they know.
"""

from __future__ import annotations

import re

SHOWS_NOTHING = (
    r"[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""A class of characters; ``isText`` in ``rules/firestore.rules`` repeats it."""

NOT_IN_A_LINE = r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]"
"""What no name or title holds: controls, line breaks, and what embeds or overrides the direction of
the text around it. Direction marks stay, since names in Hebrew and Arabic need them. ``isTitle`` in
``rules/firestore.rules`` repeats it."""

_BLANK = re.compile(f"{SHOWS_NOTHING}*")
_NOT_IN_A_LINE = re.compile(f"{NOT_IN_A_LINE}+")


def is_blank(text: str) -> bool:
    """Return whether a text has no visible character."""
    if text and "!" <= text[0] <= "~":
        # Nearly every text begins so, and this takes a fifth of the time.
        return False
    return _BLANK.fullmatch(text) is not None


def is_line(text: str) -> bool:
    """Return whether a text is one line that leaves the direction of other texts alone."""
    return _NOT_IN_A_LINE.search(text) is None


def as_line(text: str) -> str:
    """Return the text as one line: what ``is_line`` refuses becomes a space."""
    return _NOT_IN_A_LINE.sub(" ", text).strip()


def strip_blank_start(text: str) -> str:
    """Return the text from its first visible character on."""
    start = _BLANK.match(text)
    return text[start.end() :] if start else text
