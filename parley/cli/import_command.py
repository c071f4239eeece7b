"""``parley import``: people and list members from a CSV file."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from parley.app import App
from parley.cli.invocation import Invocation
from parley.cli.output import Failed, show_json, show_progress, show_table
from parley.cli.target import FIRESTORE, PUBSUB
from parley.connect import build
from parley.domain.access import SYSTEM, Refused
from parley.domain.people.import_columns import ERROR_COLUMN
from parley.domain.people.import_report import ImportReport
from parley.domain.people_requests import ImportPeople
from parley.services.people.import_people import OnFailed
from schema.explain import explain

_CHUNK_BYTES = 256 * 1024
_SHOWN = 100
"""Errors that are printed; ``--json`` has those of the answer, ``--failed`` all lines."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command. ``mapping`` holds ``COLUMN=FIELD`` texts."""

    file: Path
    service: str
    list_id: str | None
    mapping: Sequence[str]
    dry_run: bool
    failed: Path | None


async def import_people(invocation: Invocation, options: Options) -> int:
    """Import a file; the exit status is 1 if a line failed."""
    request = read_request(options)
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        with _opened(options.file) as file:
            report = await run_import(app, request, file, options.failed)
    if invocation.as_json:
        show_json(report.fields())
    else:
        _show(report, options)
    return 1 if report.failed else 0


def read_request(options: Options) -> ImportPeople:
    """Return the request; raise ``Failed`` naming the wrong option."""
    mapping = {}
    for text in options.mapping:
        column, equals, field = text.rpartition("=")
        if not equals or not column:
            raise Failed(f"--mapping: {text!r} is not COLUMN=FIELD, such as 'Mobile=phone'")
        mapping[column.strip()] = field.strip()
    try:
        return ImportPeople(
            service_id=options.service,
            csv="",
            mapping=mapping,
            dry_run=options.dry_run,
            list_id=options.list_id,
        )
    except ValidationError as error:
        raise Failed(explain(error, with_values=True)) from error


async def run_import(
    app: App, request: ImportPeople, file: BinaryIO, failed: Path | None
) -> ImportReport:
    """Import an open file; write the lines that failed to ``failed``."""
    with _failed_lines(failed) as on_failed, show_progress("lines") as show:
        try:
            return await app.import_people.run(
                caller=SYSTEM,
                request=request,
                chunks=_chunks(file),
                on_failed=on_failed,
                on_progress=lambda rows: show(rows, 0),
            )
        except Refused as refused:
            raise Failed(refused.message) from refused


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise Failed(f"{file}: {error.strerror}") from error
    with opened:
        yield opened


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
        yield chunk


@contextmanager
def _failed_lines(path: Path | None) -> Iterator[OnFailed | None]:
    """Yield a function that writes lines to a CSV file of their own, which can be imported."""
    if path is None:
        yield None
        return
    try:
        opened = path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        raise Failed(f"--failed: {path}: {error.strerror}") from error
    with opened:
        writer = csv.writer(opened)
        is_begun = False

        def write(titles: Sequence[str], cells: Sequence[str], why: str) -> None:
            nonlocal is_begun
            if not is_begun:
                writer.writerow([*(t for t in titles if t != ERROR_COLUMN), ERROR_COLUMN])
                is_begun = True
            kept = [
                cell
                for place, cell in enumerate(cells)
                if place >= len(titles) or titles[place] != ERROR_COLUMN
            ]
            writer.writerow([*kept, why])

        yield write


def _show(report: ImportReport, options: Options) -> None:
    counts = report.counts()
    show_table([counts])
    shown = report.errors[:_SHOWN]
    if shown:
        print()
        show_table([one.fields() for one in shown])
    rest = report.error_count - len(shown)
    if rest > 0:
        print(f"and {rest} more errors; --failed FILE writes all lines that failed")
    if options.dry_run:
        print("nothing was written: this was a dry run")
