"""A program that was looked for: where it is and why that one, or why there is none."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """Where something is, and the reason this one was taken."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path} ({self.why})"


class NotFound(Exception):
    """Nothing usable was found; the message says where one looked and what would help."""
