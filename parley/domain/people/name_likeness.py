"""Which names of people look like a service's, and how they are shown in a push. Pure.

Two names look alike if they differ in capitals, spaces, and characters that show nothing or are
variants of the same letter. Letters of other scripts that look alike are not compared.
"""

from __future__ import annotations

import re
import unicodedata

from schema.services import PERSON_SIGN
from schema.visible import SHOWS_NOTHING

_NOTHING = re.compile(SHOWS_NOTHING)


def likeness(name: str) -> str:
    """Return what is the same for names that look alike."""
    plain = unicodedata.normalize("NFKC", name.replace(PERSON_SIGN, ""))
    return _NOTHING.sub("", unicodedata.normalize("NFKC", plain.casefold()))


def as_person(name: str) -> str:
    """Return a person's name with the sign that no service's name holds."""
    return f"{PERSON_SIGN} {name}"
