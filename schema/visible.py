"""Which texts are visible: the definition of blank for the server and the rules.

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

_BLANK = re.compile(f"{SHOWS_NOTHING}*")


def is_blank(text: str) -> bool:
    """Return whether a text has no visible character."""
    if text and "!" <= text[0] <= "~":
        # Nearly every text begins so, and this takes a fifth of the time.
        return False
    return _BLANK.fullmatch(text) is not None


def strip_blank_start(text: str) -> str:
    """Return the text from its first visible character on."""
    start = _BLANK.match(text)
    return text[start.end() :] if start else text
