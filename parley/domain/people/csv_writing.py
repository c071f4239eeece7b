"""Write CSV that is safe to open in a spreadsheet and can be imported again. Pure.

A cell that begins like a formula gets an apostrophe in front, because spreadsheets run formulas
(https://owasp.org/www-community/attacks/CSV_Injection). The import takes it off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from schema.base import PHONE_PATTERN

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

_PHONE = re.compile(PHONE_PATTERN)


def neutralize(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def neutralize_phone(cell: str) -> str:
    """Return a cell of a column of phone numbers; one in E.164 stays as it is."""
    return cell if _PHONE.fullmatch(cell) else neutralize(cell)


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV by RFC 4180."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
