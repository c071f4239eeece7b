"""A figure, and whether it is within its limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """What was measured; ``limit`` is the most that it may be, None where none is set."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.limit is None or self.value <= self.limit

    @property
    def row(self) -> dict[str, Any]:
        """For the table and for the results."""
        at_most = "" if self.limit is None else f"{self.limit:g} {self.unit}".strip()
        verdict = "" if self.limit is None else "reached" if self.holds else "missed"
        return {
            "what": self.what,
            "measured": f"{self.value:g} {self.unit}".strip(),
            "at most": at_most,
            "goal": verdict,
            "how": self.note,
        }
