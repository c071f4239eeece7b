"""A mutant of the rules: one change of their text, and where a test could notice it."""

from dataclasses import dataclass
from enum import Enum

from tests.rules_quality.syntax import Expression

BASE = "/databases/{database}/documents"
"""The path around all others; a mutant's name leaves it out."""


class Sensitive(Enum):
    """Which evaluations of a mutant's anchor could have come out otherwise."""

    UNLESS_TRUE = "unless true"
    UNLESS_FALSE = "unless false"
    ALWAYS = "always"


@dataclass(frozen=True)
class Probe:
    """An `allow` that is never true, put where a widened rule would apply: it counts requests."""

    at: int
    code: str


@dataclass(frozen=True)
class Mutant:
    """What to write in place of `start` to `end`.

    A test can notice only if it evaluates the anchor in a sensitive way. The anchor is an
    expression of the rules as they are, or a probe that is put into them.
    """

    name: str
    line: int
    start: int
    end: int
    instead: str
    anchor: Expression | Probe
    sensitive: Sensitive = Sensitive.ALWAYS

    def of(self, text: str) -> str:
        return text[: self.start] + self.instead + text[self.end :]


def quoted(code: str) -> str:
    """Code on one line, as a mutant's name has it."""
    return f"`{' '.join(code.split())}`"
