"""Read one record of an imported file as a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from parley.domain.people.csv_records import CsvRecord
from parley.domain.people.csv_writing import FORMULA
from parley.domain.people.import_columns import CONSENTS, CONTACT_FIELDS, IGNORED, UID, Columns
from parley.domain.people_requests import Tag
from schema import limits
from schema.base import E164, Channel, NewName, Purpose, Uid
from schema.zones import is_zone

_SHOWN = 60
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,18})\.[0-9]{1,17}", re.ASCII)
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*", re.ASCII)
_TRUTHS = {"true": True, "false": False}
_EXACT = 2**53 - 1
"""The largest whole number that browsers read as it is."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """What is wrong with a line: its column and value, if one is to blame, and what is right."""

    line: int
    column: str | None
    value: str | None
    message: str

    def fields(self) -> dict[str, Any]:
        """Return the problem as answers have it."""
        return {
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }


@dataclass(slots=True)
class PersonRow:
    """A person as a file describes them. An empty cell says nothing, so its field is missing.

    ``attributes`` are by path, without ``attributes``; ``consents`` by channel and purpose.
    """

    line: int
    cells: list[str]
    uid: str
    contact: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    attributes: dict[tuple[str, ...], Any] = field(default_factory=dict)
    consents: dict[tuple[Channel, Purpose], bool] = field(default_factory=dict)


def read_row(record: CsvRecord, columns: Columns) -> PersonRow | list[ImportProblem]:
    """Return the person of a record, or everything that is wrong with it."""
    if record.wrong is not None:
        return [ImportProblem(record.line, None, None, record.wrong)]
    cells = record.cells
    if len(cells) != len(columns.fields):
        cells_of = f"{len(cells)} cells, and the first line has {len(columns.fields)}"
        return [ImportProblem(record.line, None, None, f"{cells_of}; give each column a cell")]
    row = PersonRow(record.line, cells, unguarded(cells[columns.uid].strip()))
    problems = []
    for title, name, cell in zip(columns.titles, columns.fields, cells, strict=True):
        value = cell.strip()
        if name == IGNORED or (not value and name != UID):
            continue
        message = _take(row, name, value)
        if message is not None:
            problems.append(ImportProblem(record.line, shortened(title), shortened(cell), message))
    return problems or row


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that exports put before what looks like a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def shortened(value: str) -> str:
    """Return the beginning of a value, for an error."""
    return value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…"


def _take(row: PersonRow, name: str, value: str) -> str | None:
    """Put a value into the row; return what is wrong with it."""
    if name in _CHECKS:
        value = unguarded(value)
        wrong = _CHECKS[name](value)
        if wrong is None and name != UID:
            row.contact[name] = value
        return wrong
    if name == "tags":
        return _take_tags(row, value)
    if name.startswith("consents."):
        if value.lower() not in _TRUTHS:
            return "must be true or false"
        row.consents[CONSENTS[name]] = _TRUTHS[value.lower()]
        return None
    row.attributes[tuple(name.split(".")[1:])] = typed(value)
    return None


def typed(value: str) -> bool | int | float | str:
    """Return an attribute's value: a number, true or false, or else the text.

    ``007`` and ``+49`` stay texts, since a number would lose a digit or a sign. So do numbers such
    as those of cards, which the dashboard would round and write back rounded
    (``findings/firestore-web-rounds-what-python-wrote.sh``).
    """
    if value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    if _WHOLE.fullmatch(value) and value != "-0":
        number = int(value)
        return number if abs(number) <= _EXACT else value
    return float(value) if _DECIMAL.fullmatch(value) else value


def _take_tags(row: PersonRow, value: str) -> str | None:
    tags = list(dict.fromkeys(tag for one in value.split(";") if (tag := one.strip())))
    if len(tags) > limits.USER_TAGS:
        return f"has {len(tags)} tags, the limit is {limits.USER_TAGS}"
    for tag in tags:
        if wrong := _by(_TAG, tag):
            return f"the tag {shortened(tag)!r} {wrong}"
    row.tags = tags
    return None


def _by(adapter: TypeAdapter[str], value: str) -> str | None:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        return error.errors(include_url=False)[0]["msg"]
    return None


def _checked_by(adapter: TypeAdapter[str]) -> Callable[[str], str | None]:
    return lambda value: _by(adapter, value)


def _email(value: str) -> str | None:
    if len(value) <= limits.EMAIL and _EMAIL.fullmatch(value):
        return None
    return f"must be an email address of up to {limits.EMAIL} characters"


def _locale(value: str) -> str | None:
    if len(value) <= limits.LOCALE and _LOCALE.fullmatch(value):
        return None
    return "must be a BCP 47 language tag, such as de-DE"


def _zone(value: str) -> str | None:
    return None if is_zone(value) else "must be an IANA time zone, such as Europe/Berlin"


_TAG: TypeAdapter[str] = TypeAdapter(Tag)
_CHECKS: Mapping[str, Callable[[str], str | None]] = dict(
    zip(
        (UID, *CONTACT_FIELDS),
        (
            _checked_by(TypeAdapter(Uid)),
            _checked_by(TypeAdapter(NewName)),
            _checked_by(TypeAdapter(E164)),
            _email,
            _locale,
            _zone,
        ),
        strict=True,
    )
)
