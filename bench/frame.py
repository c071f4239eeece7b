"""The frame of every benchmark: a case, its cells, and rounds in which the cells take turns.

A cell is one way of doing the work, and a run of it gives figures. The first cell is Parley's. A
ratio is the median of the rounds' ratios, so that a slow minute weighs on both sides.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from bench.figures import ratio
from parley.cli.output import show_table

ROUNDS: Final = 5
LIBRARIES: Final = (
    "firebase-admin",
    "google-cloud-firestore",
    "google-cloud-pubsub",
    "grpcio",
    "protobuf",
    "pyreqwest",
    "twilio",
)
"""Their versions are noted with each case."""

Figures = Mapping[str, float]
"""What one run of a cell gave, by the keys of the case's columns."""


class CannotRun(Exception):
    """A cell cannot be run on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a table: its key, its title, its digits, and whether it is compared.

    ``ratio``: the title of Parley's figure as a part of the rival's.
    """

    key: str
    title: str
    digits: int = 0
    ratio: str | None = None


CPU: Final = Column("cpu", "our CPU, s/1,000", 3, "of its CPU")
THEIRS: Final = Column("theirs", "emulators' CPU, s/1,000", 3)
PEAK: Final = Column("peak", "peak memory, MiB")


def rate(unit: str) -> Column:
    """Return the column of a rate."""
    return Column("rate", f"{unit}/s", 0, "times its rate")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a case.

    ``amount`` is the case's own unless it is told. ``trees``: other checkouts to run beside this.
    """

    rounds: int = ROUNDS
    amount: int = 0
    trees: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One way of doing the work. ``run`` may raise ``CannotRun``."""

    name: str
    run: Callable[[], Awaitable[Figures]]


Opened = Callable[[Options], AbstractAsyncContextManager[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Case:
    """A benchmark. The first column is what it is about, and has its spread shown.

    ``group`` is a second name, which several cases may share. ``title`` may name the ``amount`` of
    a round. ``rounds``: as many at most, where a round takes minutes.
    """

    name: str
    group: str
    title: str
    columns: Sequence[Column]
    opened: Opened
    amount: int = 0
    rounds: int | None = None


def in_turns(cells: Callable[[Options], Sequence[Cell]]) -> Opened:
    """Return the opening of a case whose cells each start what they need."""

    @asynccontextmanager
    async def opened(options: Options) -> AsyncIterator[Sequence[Cell]]:
        yield cells(options)

    return opened


@dataclass(slots=True)
class Measured:
    """The runs of a case, by cell, and why some cells could not run."""

    case: Case
    amount: int
    runs: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    load_before: float = 0.0

    def kept(self) -> dict[str, Any]:
        """Return the case as ``results.json`` keeps it."""
        return {
            "title": self.case.title.format(amount=self.amount),
            "amount": self.amount,
            "at": datetime.now(UTC).isoformat(timespec="minutes"),
            "machine": machine(),
            "load before": self.load_before,
            "columns": [
                {"key": one.key, "title": one.title, "digits": one.digits, "ratio": one.ratio}
                for one in self.case.columns
            ],
            "runs": self.runs,
            "missing": self.missing,
        }


async def measure(case: Case, options: Options) -> Measured:
    """Run the cells of a case in turns, each round in another order."""
    options = replace(options, amount=options.amount or case.amount)
    measured = Measured(case, options.amount, load_before=round(os.getloadavg()[0], 1))
    rounds = min(options.rounds, case.rounds or options.rounds)
    async with case.opened(options) as cells:
        measured.runs = {cell.name: [] for cell in cells}
        for number in range(rounds):
            for shift in range(len(cells)):
                # In another order each time, since what ran before leaves its garbage.
                cell = cells[(number + shift) % len(cells)]
                if cell.name in measured.missing:
                    continue
                try:
                    figures = await cell.run()
                except (CannotRun, TimeoutError) as error:
                    if cell is cells[0]:
                        raise
                    measured.missing[cell.name] = str(error)
                    del measured.runs[cell.name]
                    print(f"{cell.name}: {error}", flush=True)
                    continue
                measured.runs[cell.name].append(dict(figures))
                show_table([_line(case, cell.name, number, figures)])
    return measured


def _line(case: Case, name: str, number: int, figures: Figures) -> dict[str, Any]:
    told = {one.title: round(figures[one.key], one.digits) for one in case.columns}
    return {"case": case.name, "round": number + 1, "cell": name, **told}


def rows(kept: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the table of a case as it is kept: medians, the spread of the first, ratios."""
    columns = [Column(**one) for one in kept["columns"]]
    runs: Mapping[str, list[dict[str, float]]] = kept["runs"]
    first = next(iter(runs.values()), [])
    table = []
    for name, its_runs in runs.items():
        row = {"": name}
        for column in columns:
            values = [one[column.key] for one in its_runs]
            row[column.title] = _number(statistics.median(values), column.digits)
            if column is columns[0] and len(values) > 1:
                ends = [_number(one, column.digits) for one in (min(values), max(values))]
                row[column.title] += f" ({ends[0]} to {ends[1]})"
        for column in columns:
            if column.ratio is not None and len(runs) > 1:
                theirs = [one[column.key] for one in its_runs]
                is_first = its_runs is first
                of_it = ratio([one[column.key] for one in first], theirs)
                row[f"Parley: {column.ratio}"] = "" if is_first else f"{of_it:.2f}"
        table.append(row)
    return table


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}"


def machine() -> dict[str, Any]:
    """Return what the figures depend on: cores, Python, libraries."""
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": sys.version.split()[0],
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
