"""Printing: tables and progress for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much."""


class Failed(Exception):
    """The command did not do what was asked; the message says why and what to do."""


def show_json(value: Any) -> None:
    """Print one JSON document; times are in ISO 8601."""
    json.dump(value, sys.stdout, default=str, indent=2, ensure_ascii=False)
    print()


def show_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table titled by the first row's keys; plain columns where nobody watches."""
    if not rows:
        print("nothing")
        return
    titles = list(rows[0])
    cells = [[_text(row.get(title)) for title in titles] for row in rows]
    if sys.stdout.isatty():
        _show_rich_table(titles, cells)
    else:
        _show_columns([titles, *cells])


@contextmanager
def show_progress(what: str) -> Iterator[Progress]:
    """Show a progress bar on standard error if that is a terminal; yields how to move it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


def _show_rich_table(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for title in titles:
        # Ids and tokens are copied from a table, so none is cut.
        table.add_column(Text(title), overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)


def _show_columns(lines: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def _text(value: Any) -> str:
    return "" if value is None else str(value)
