"""An exported cell runs in no spreadsheet, and an import reads it back as it was."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.people.csv_records import CsvRecord
from parley.domain.people.csv_writing import FORMULA, csv_lines, neutralize, neutralize_phone
from parley.domain.people.import_columns import read_columns
from parley.domain.people.import_rows import PersonRow, read_row, unguarded

COLUMNS = read_columns(["uid", "displayName", "phone"], {})


def imported(*cells: str) -> PersonRow:
    row = read_row(CsvRecord(2, list(cells)), COLUMNS)
    assert isinstance(row, PersonRow), row
    return row


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_looks_like_a_formula_is_guarded(text: str) -> None:
    assert neutralize(text) == f"'{text}"
    assert unguarded(neutralize(text)) == text


@pytest.mark.parametrize("text", ["", "Ann", "'quoted'", "1-1", "a=b", " =1"])
def test_any_other_cell_stays_as_it_is(text: str) -> None:
    assert neutralize(text) == text
    assert unguarded(text) == text


def test_a_phone_number_in_e164_is_not_guarded() -> None:
    assert neutralize_phone("+4915112345678") == "+4915112345678"
    assert neutralize_phone("+49 151 12345678") == "'+49 151 12345678"


@pytest.mark.parametrize("cell", ["+4915112345678", "'+4915112345678"])
def test_a_phone_number_comes_back_the_same_guarded_or_not(cell: str) -> None:
    assert imported("ann", "Ann", cell).contact["phone"] == "+4915112345678"


@pytest.mark.parametrize(
    "cell",
    ["4.9E+11", "4,9E+11", "4.91511E+12", "4915112345678", "15112345678.0", "'4915112345678"],
)
def test_a_number_that_a_spreadsheet_mangled_is_an_error_of_its_line(cell: str) -> None:
    read = read_row(CsvRecord(7, ["ann", "Ann", cell]), COLUMNS)
    assert isinstance(read, list)
    (problem,) = read
    assert (problem.line, problem.column, problem.value) == (7, "phone", cell)
    assert "E.164" in problem.message


def test_an_empty_cell_and_a_quoted_empty_cell_are_one() -> None:
    (plain,), (quoted,) = (list(csv.reader([line])) for line in ("ann,,", 'ann,"",""'))
    assert imported(*plain).contact == imported(*quoted).contact == {}


@given(st.lists(st.text(st.sampled_from("=+-@\t\r\n'\"a, 1"), max_size=5), min_size=2, max_size=4))
def test_a_row_reads_back_from_its_line(cells: list[str]) -> None:
    line = csv_lines([[neutralize(cell) for cell in cells]])
    (read,) = csv.reader(line.splitlines(keepends=True))
    for cell, written in zip(read, cells, strict=True):
        assert not cell.startswith(FORMULA)
        # An apostrophe of the text's own may be taken for the guard.
        if not written.startswith("'"):
            assert unguarded(cell) == written
