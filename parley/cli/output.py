"""Print tables and progress for people, JSON for programs; open the file that is asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

Progress = Callable[[int, int], None]
"""Takes the number done and the total."""


class Failed(Exception):
    """The command failed; the message says why and what to do."""


def show_json(value: Any) -> None:
    """Print one JSON document, with times in ISO 8601."""
    json.dump(value, sys.stdout, default=str, indent=2, ensure_ascii=False)
    print()


def show_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table whose titles are the first row's keys; plain columns outside a terminal."""
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
    """Show a progress bar if standard error is a terminal; yield a function that moves it."""
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
        # People copy ids and tokens from a table, so nothing is truncated.
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


@contextmanager
def opened(output: Path | None) -> Iterator[TextIO]:
    """Open a file for writing; standard output if there is none."""
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise Failed(f"{output} cannot be written: {error.strerror}") from error
