"""The result of a campaign as CSV: one row a person, safe to open in a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from parley.domain.people.csv_writing import csv_lines, neutralize
from parley.store import OrderBy, Where
from schema.reasons import RecipientState

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


def in_state(state: RecipientState) -> tuple[Where, OrderBy]:
    """Return the condition and the order of the batches in which somebody is in a state."""
    counted = ("counts", str(state))
    return Where(counted, ">", 0), OrderBy(counted)


def result_row(uid: str, entry: Mapping[str, Any]) -> dict[str, str]:
    """Return a person's row by column; what is not known is empty."""
    values = {"userId": uid, "attempt": 1, **entry}
    return {column: _cell(values.get(column)) for column in COLUMNS}


def to_csv(rows: Iterable[Mapping[str, str]], *, has_header: bool) -> str:
    """Return rows as CSV by RFC 4180, with the header in front if it is the first page."""
    header = [COLUMNS] if has_header else []
    return csv_lines([*header, *([neutralize(row[column]) for column in COLUMNS] for row in rows)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
