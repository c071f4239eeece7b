"""Split a CSV file (RFC 4180) into records, chunk by chunk, with bounded memory. Pure.

Python's ``csv`` reads the cells. It pulls lines, and a file from a bucket arrives in chunks, so
this module first finds where a record ends: at a line break outside quotes.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass

from schema import limits

_MAGIC = {
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"PK\x03\x04": "a zip or Excel file; save it as CSV (UTF-8)",
    b"BZh": "a bzip2 file; unpack it first",
    b"\xfd7zXZ": "an xz file; unpack it first",
    b"\x28\xb5\x2f\xfd": "a Zstandard file; unpack it first",
    b"\xff\xfe": "in UTF-16; save it as CSV (UTF-8)",
    b"\xfe\xff": "in UTF-16; save it as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "an old Excel file; save it as CSV (UTF-8)",
}
_LONGEST_MAGIC = max(map(len, _MAGIC))


class UnreadableCsv(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """One record: the number of its first line, and its cells.

    ``wrong`` says why the cells could not be read.
    """

    line: int
    cells: list[str]
    wrong: str | None = None


class CsvRecords:
    """Takes the bytes of a file in order, and gives its records. Blank lines are left out."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._head = b""
        self._is_begun = False
        self._rest = ""
        self._record: list[str] = []
        self._record_size = 0
        self._is_quoted = False
        self._line = 1
        self._first_line = 1

    def feed(self, chunk: bytes) -> Iterator[CsvRecord]:
        """Yield the records that end in this chunk; raise :class:`UnreadableCsv`."""
        if not self._is_begun:
            self._head += chunk
            if len(self._head) < _LONGEST_MAGIC:
                return
            chunk = self._begin()
        yield from self._records(self._decode(chunk, is_last=False))

    def end(self) -> Iterator[CsvRecord]:
        """Yield the last record, which needs no line break."""
        chunk = b"" if self._is_begun else self._begin()
        yield from self._records(self._decode(chunk, is_last=True))
        if self._rest or self._record:
            last, self._rest = self._rest, ""
            yield from self._take(last)
        if self._record:
            raise UnreadableCsv(
                f"line {self._first_line}: the quote that begins here is never closed; close it, "
                'and write a quote within a quoted cell as ""'
            )

    def _begin(self) -> bytes:
        self._is_begun = True
        head, self._head = self._head, b""
        for magic, what in _MAGIC.items():
            if head.startswith(magic):
                raise UnreadableCsv(f"the file is {what}")
        return head.removeprefix(codecs.BOM_UTF8)

    def _decode(self, chunk: bytes, *, is_last: bool) -> str:
        if b"\x00" in chunk:
            line = self._line + chunk[: chunk.index(b"\x00")].count(b"\n")
            raise UnreadableCsv(f"line {line}: a NUL byte; this is no text. Save it as CSV (UTF-8)")
        try:
            return self._decoder.decode(chunk, is_last)
        except UnicodeDecodeError as error:
            line = self._line + error.object[: error.start].count(b"\n")
            shown = error.object[error.start : error.start + 1].hex() or "cut off"
            raise UnreadableCsv(
                f"line {line}: the byte {shown} is not UTF-8; save the file as CSV (UTF-8)"
            ) from error

    def _records(self, text: str) -> Iterator[CsvRecord]:
        lines = (self._rest + text).split("\n")
        self._rest = lines.pop()
        for line in lines:
            yield from self._take(f"{line}\n")
        self._check_size(self._record_size + len(self._rest))

    def _take(self, line: str) -> Iterator[CsvRecord]:
        """Add one line; yield the record if it ends there."""
        self._record.append(line)
        self._record_size += len(line)
        self._check_size(self._record_size)
        self._is_quoted = _is_quoted_after(line, is_quoted=self._is_quoted)
        if line.endswith("\n"):
            self._line += 1
        if self._is_quoted:
            return
        lines, first = self._record, self._first_line
        self._record, self._record_size, self._first_line = [], 0, self._line
        if any(one.strip("\r\n") for one in lines):
            yield _read(first, lines)

    def _check_size(self, size: int) -> None:
        if size > limits.IMPORT_RECORD_BYTES:
            raise UnreadableCsv(
                f"line {self._first_line}: the record that begins here is longer than "
                f"{limits.IMPORT_RECORD_BYTES} characters; look for a quote that is not closed"
            )


def _is_quoted_after(line: str, *, is_quoted: bool) -> bool:
    """Return whether the end of a line is inside quotes, which begin only at a cell's start."""
    if not is_quoted and '"' not in line:
        return False
    at, is_start = 0, not is_quoted
    while at < len(line):
        if is_quoted:
            quote = line.find('"', at)
            if quote < 0:
                return True
            is_quoted = line[quote + 1 : quote + 2] == '"'
            at = quote + (2 if is_quoted else 1)
        elif is_start and line[at] == '"':
            is_quoted, is_start = True, False
            at += 1
        else:
            comma = line.find(",", at)
            if comma < 0:
                return False
            at, is_start = comma + 1, True
    return is_quoted


def _read(line: int, lines: list[str]) -> CsvRecord:
    csv.field_size_limit(max(csv.field_size_limit(), limits.IMPORT_RECORD_BYTES))
    try:
        records = list(csv.reader(lines, strict=True))
    except csv.Error as error:
        return CsvRecord(line, [], f"not CSV: {error}; put quotes around a cell that has them")
    if len(records) != 1:
        return CsvRecord(line, [], "a line break without quotes around its cell")
    cells = records[0]
    if len(cells) > limits.IMPORT_COLUMNS:
        wrong = f"{len(cells)} cells; the most is {limits.IMPORT_COLUMNS}"
        return CsvRecord(line, [], wrong)
    return CsvRecord(line, cells)
