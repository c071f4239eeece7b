"""A CSV file means the same however its bytes are cut into chunks."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.domain.people.csv_records import CsvRecords, UnreadableCsv
from parley.domain.people.seen_uids import SeenUids

CELLS = st.text(st.sampled_from('ab ,;"\n\ré😀'), max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)


def read(content: bytes, size: int) -> list[list[str]]:
    records = CsvRecords()
    found = []
    for start in range(0, len(content), size):
        found += list(records.feed(content[start : start + size]))
    found += list(records.end())
    assert [one.wrong for one in found] == [None] * len(found)
    return [one.cells for one in found]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ROWS, st.integers(1, 12), st.booleans(), st.sampled_from(["\r\n", "\n"]))
def test_cells_come_back_as_they_were_written(
    rows: list[list[str]], size: int, has_bom: bool, line_break: str
) -> None:
    text = io.StringIO(newline="")
    # A writer that ends lines by a line feed leaves a carriage return in a cell unquoted.
    csv.writer(text, lineterminator=line_break, quoting=csv.QUOTE_ALL).writerows(rows)
    content = text.getvalue().encode("utf-8-sig" if has_bom else "utf-8")
    assert read(content, size) == rows


def test_a_record_has_the_number_of_its_first_line() -> None:
    records = CsvRecords()
    found = list(records.feed(b'a,b\n\n"x\ny",1\nlast,2'))
    found += list(records.end())
    assert [(one.line, one.cells[0]) for one in found] == [(1, "a"), (3, "x\ny"), (5, "last")]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b'"a"b,c', "not CSV"),
        (b"a\rb,c", "not CSV"),
    ],
)
def test_a_line_that_is_no_csv_is_wrong_alone(line: bytes, named: str) -> None:
    records = CsvRecords()
    found = list(records.feed(b"x,y\n" + line + b"\nz,1\n"))
    assert [one.cells for one in found] == [["x", "y"], [], ["z", "1"]]
    assert named in str(found[1].wrong)


def test_a_quote_inside_a_cell_without_quotes_is_a_character() -> None:
    assert read(b'5" pipe,x\ny,z\n', 3) == [['5" pipe', "x"], ["y", "z"]]


def test_an_unfinished_character_at_the_end_is_told() -> None:
    records = CsvRecords()
    list(records.feed(b"uid\nan\xc3"))
    with pytest.raises(UnreadableCsv, match="line 2: the byte c3 is not UTF-8"):
        list(records.end())


def test_uids_are_remembered_once() -> None:
    seen = SeenUids()
    assert all(seen.add(f"u{number}") for number in range(5_000))
    assert not any(seen.add(f"u{number}") for number in range(5_000))
    assert seen.add("another")
