"""Printing: a table for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


class Failed(Exception):
    """The command did not do what was asked; the message says why and what to do."""


def show_json(value: Any) -> None:
    """One JSON document; times in ISO 8601."""
    json.dump(value, sys.stdout, default=str, indent=2, ensure_ascii=False)
    print()


def show_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Columns as wide as their widest value; the first row's keys are the titles."""
    if not rows:
        print("nothing")
        return
    titles = list(rows[0])
    cells = [titles, *([_text(row.get(title)) for title in titles] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(titles))]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def _text(value: Any) -> str:
    return "" if value is None else str(value)
