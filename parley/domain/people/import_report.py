"""What became of the lines of an imported file."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from parley.domain.people.failed_lines import FailedLines
from parley.domain.people.import_rows import ImportProblem
from parley.domain.people.import_writes import Outcome
from schema import limits
from schema.imports import import_errors_fields


@dataclass(slots=True)
class ImportReport:
    """The counts of an import: each line but the first is in exactly one of the last five.

    ``errors`` are the first ones by their lines; ``error_count`` counts all of them. A line may
    have several, and a duplicate has one. ``failed_lines`` has every line with an error.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    failed: int = 0
    errors: list[ImportProblem] = field(default_factory=list)
    error_count: int = 0
    failed_lines: FailedLines = field(default_factory=FailedLines)

    @property
    def imported(self) -> int:
        """How many lines changed something."""
        return self.created + self.updated

    def count(self, outcome: Outcome) -> None:
        """Count one line that was imported."""
        match outcome:
            case "created":
                self.created += 1
            case "updated":
                self.updated += 1
            case "unchanged":
                self.unchanged += 1

    def add(self, problems: Sequence[ImportProblem]) -> None:
        """Add the errors of one line; blocks of lines may end in any order."""
        self.error_count += len(problems)
        for problem in problems:
            self.failed_lines.add(problem.line)
            insort(self.errors, problem, key=lambda one: one.line)
        del self.errors[limits.IMPORT_ERRORS :]

    def counts(self) -> dict[str, int]:
        """Return the numbers alone."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": self.duplicates,
            "failed": self.failed,
        }

    def fields(self) -> dict[str, Any]:
        """Return the answer to the caller."""
        return self.counts() | import_errors_fields(
            errors=[one.fields() for one in self.errors],
            error_count=self.error_count,
            failed_lines=self.failed_lines.text(limits.IMPORT_FAILED_LINES),
        )
