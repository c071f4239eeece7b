"""The pages for app developers name every callable, what it takes, and how much of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from callable_table import TABLE, Row

from schema import limits

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
_CALL = re.compile(r"`(\w+)(?:\(\{(.*?)\}\))?`")
_ARGUMENT = re.compile(r"(\w+)\??(?::[^,|]*)?")


def rows(page: str) -> Iterator[str]:
    """The first cells of a page's tables; a bar within one is written as ``\\|``."""
    for line in (REFERENCE / page).read_text().splitlines():
        if line.startswith("| `"):
            yield re.split(r"(?<!\\) \|", line[2:])[0].replace("\\|", ",")


def documented() -> dict[str, set[str]]:
    """Callables that have a row, and the arguments that their rows name."""
    found: dict[str, set[str]] = {}
    for page in ("client-contract.md", "dashboard.md"):
        for cell in rows(page):
            for name, arguments in _CALL.findall(cell):
                found.setdefault(name, set()).update(_ARGUMENT.findall(arguments))
    return found


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_callable_has_a_row_with_all_that_it_takes(row: Row[Any, Any]) -> None:
    taken = {field.alias for field in row.model.model_fields.values()}
    assert documented().get(row.name) == taken


def test_the_callables_that_take_more_than_256_kib_are_those_that_the_pages_name() -> None:
    larger = {row.name for row in TABLE if row.max_bytes > limits.ARGUMENT_BYTES}
    (said,) = re.findall(
        r"^\| arguments as JSON \| 256 KiB; 1 MiB for (.*?) \|",
        (REFERENCE / "limits.md").read_text(),
        re.MULTILINE,
    )
    assert set(re.findall(r"`(\w+)`", said)) == larger
    assert {row.max_bytes for row in TABLE} == {limits.ARGUMENT_BYTES, limits.LONG_ARGUMENT_BYTES}
    (short,) = re.findall(
        r"256 KiB each\][^:]*?1 MiB for (.*?):",
        (REFERENCE / "client-contract.md").read_text(),
        re.DOTALL,
    )
    assert set(re.findall(r"`(\w+)`", short)) == larger
