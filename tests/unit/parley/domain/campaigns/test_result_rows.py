"""The rows of an export are CSV that a spreadsheet may open."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.result_rows import COLUMNS, result_row, to_csv

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20)


def test_a_row_has_everything_that_the_ledger_knows() -> None:
    entry = {
        "state": "failed",
        "reason": "providerError:30003",
        "channel": "sms",
        "at": datetime(2026, 12, 1, 10, tzinfo=timezone(timedelta(hours=1))),
        "attempt": 2,
        "providerId": "SM1",
        "push": "handedOver",
        "detail": "unreachable",
        "until": datetime(2026, 12, 2, tzinfo=UTC),
    }

    assert list(result_row("ann", entry).values()) == [
        "ann",
        "failed",
        "providerError:30003",
        "sms",
        "2026-12-01T09:00:00Z",
        "2",
        "SM1",
        "handedOver",
        "unreachable",
    ]
    assert tuple(result_row("ann", entry)) == COLUMNS


def test_a_first_attempt_is_number_1_and_unknown_cells_are_empty() -> None:
    assert list(result_row("ann", {"state": "planned"}).values()) == [
        "ann", "planned", "", "", "", "1", "", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    row = result_row(f"{start}1+1", {"state": "failed", "detail": f"{start}cmd"})
    (read,) = csv.reader(io.StringIO(to_csv([row], has_header=False), newline=""))

    assert (read[0], read[-1]) == (f"'{start}1+1", f"'{start}cmd")


@given(st.lists(st.tuples(CELL, CELL), max_size=5), st.booleans())
def test_any_text_reads_back_the_same(pairs: list[tuple[str, str]], has_header: bool) -> None:
    rows = [result_row(uid, {"state": "failed", "detail": detail}) for uid, detail in pairs]
    read = list(csv.reader(io.StringIO(to_csv(rows, has_header=has_header), newline="")))

    if has_header:
        assert tuple(read.pop(0)) == COLUMNS
    for (uid, detail), cells in zip(pairs, read, strict=True):
        assert cells[0] in (uid, f"'{uid}")
        assert cells[-1] in (detail, f"'{detail}")
