"""The result of a campaign as CSV: one row a person, safe to open in a spreadsheet. Pure.

A cell that begins like a formula gets an apostrophe in front, because spreadsheets run formulas
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

COLUMNS: Final = (
    "userId",
    "state",
    "reason",
    "channel",
    "at",
    "attempt",
    "providerId",
    "push",
    "detail",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def result_row(uid: str, entry: Mapping[str, Any]) -> dict[str, str]:
    """Return a person's row by column; what is not known is empty."""
    values = {"userId": uid, "attempt": 1, **entry}
    return {column: _cell(values.get(column)) for column in COLUMNS}


def to_csv(rows: Iterable[Mapping[str, str]], *, has_header: bool) -> str:
    """Return rows as CSV by RFC 4180, with the header in front if it is the first page."""
    text = io.StringIO()
    writer = csv.writer(text)
    if has_header:
        writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([neutralize(row[column]) for column in COLUMNS])
    return text.getvalue()


def neutralize(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
