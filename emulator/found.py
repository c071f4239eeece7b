"""The result of a search for a program: where it is and why that one, or why it is missing."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """A program's path, and the reason for choosing it."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path} ({self.why})"


class NotFound(Exception):
    """Nothing usable was found; the message names the places searched and the ways out."""
