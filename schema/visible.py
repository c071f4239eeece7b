"""Which texts show something: the one definition of blank, for the server and the rules.

A text shows nothing where each of its characters is white space, a control, one that Unicode calls
ignorable where it is displayed (joiners, direction marks, variation selectors, the fillers of
Hangul, tags), a mark of interlinear notes, or the blank pattern of Braille. All of them are listed,
since regular expression engines differ in the version of Unicode they know.
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
    """Whether nothing is left to see of a text; so of an empty one."""
    return _BLANK.fullmatch(text) is not None


def without_blank_start(text: str) -> str:
    """The text from the first character on that shows something."""
    start = _BLANK.match(text)
    return text[start.end() :] if start else text
