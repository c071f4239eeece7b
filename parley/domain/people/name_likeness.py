"""Which names of people look like a service's, and how they are shown in a push. Pure.

Two names look alike if they differ in capitals, accents, spaces, punctuation, signs and pictures,
in characters that show nothing, in variants of a letter, or in letters of another script that look
the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from parley.domain.people.letters_alike import LETTERS_ALIKE, PAIRS_ALIKE
from schema.services import PERSON_SIGN
from schema.visible import SHOWS_NOTHING

_NOTHING = re.compile(SHOWS_NOTHING)
_LETTERED = re.compile(f"[{PERSON_SIGN}\u2120\u2122]")
"""Our own sign, and signs of trade that would become letters."""
_ASIDE = frozenset("MPSZC")
"""The first letters of Unicode's categories of marks, punctuation, signs, spaces and controls."""

_NAMES = 2_000
"""Those of busy chats are asked for again and again; one takes some ten microseconds."""


@lru_cache(_NAMES)
def likeness(name: str) -> str:
    """Return what is the same for names that look alike.

    A name of signs and punctuation alone is like itself.
    """
    shown = _NOTHING.sub("", _plain(_LETTERED.sub("", name)))
    letters = "".join(one for one in shown if unicodedata.category(one)[0] not in _ASIDE)
    letters = letters.translate(LETTERS_ALIKE)
    for pair, one in PAIRS_ALIKE:
        letters = letters.replace(pair, one)
    return letters or shown


def _plain(name: str) -> str:
    """Return a name in small letters without variants; capitals that look Latin become so."""
    capitals = unicodedata.normalize("NFKD", name).translate(LETTERS_ALIKE)
    return unicodedata.normalize("NFKD", capitals.casefold())


def as_person(name: str) -> str:
    """Return a person's name with the sign that no service's name holds."""
    return f"{PERSON_SIGN} {name}"
