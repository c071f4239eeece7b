"""`python -m bench.import_memory [LINES]`: import a generated file and print the memory it takes.

The file is generated as it is read, and the store answers without keeping anything, so that what
grows is the import's own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from bench.figures import peak_of
from parley.adapters.system import RandomIds
from parley.domain.access import SYSTEM
from parley.domain.people_requests import ImportPeople as Request
from parley.services.people.import_people import ImportPeople
from parley.store import CommitResult, Snapshot, Store, Write
from parley.testing.in_memory_files import InMemoryFiles
from schema import paths

_CHUNK_LINES = 2_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class ForgetfulStore:
    """Knows the service alone, and forgets what is written."""

    async def get_many(self, wanted: Sequence[str], **_options: Any) -> list[Snapshot | None]:
        """Return the service, and nothing else."""
        service = paths.service("acme")
        fields = {"name": "Acme", "kind": "dashboard"}
        return [Snapshot(one, fields, _NOW) if one == service else None for one in wanted]

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        """Answer as if the writes had been applied."""
        return CommitResult(_NOW, [_NOW] * len(writes))


async def lines(count: int) -> AsyncIterator[bytes]:
    """Yield a file of people in chunks."""
    yield b"uid,displayName,phone,tags,attributes.city,attributes.visits\r\n"
    for first in range(0, count, _CHUNK_LINES):
        numbers = range(first, min(first + _CHUNK_LINES, count))
        yield "".join(
            f'u{one:07d},"Person, {one}",+4915{one:08d},customer;beta,Berlin,{one % 50}\r\n'
            for one in numbers
        ).encode()


async def measure(count: int) -> None:
    service = ImportPeople(
        store=cast(Store, ForgetfulStore()), files=InMemoryFiles(), new_ids=RandomIds()
    )
    before, began = peak_of(os.getpid()), time.perf_counter()
    report = await service.run(
        caller=SYSTEM, request=Request(service_id="acme", csv=""), chunks=lines(count)
    )
    seconds = time.perf_counter() - began
    assert report.created == count, report.counts()
    peak = peak_of(os.getpid())
    print(
        f"{count:,} lines: {seconds:.1f} s, {count / seconds:,.0f} lines/s, "
        f"peak RSS {peak:.0f} MiB, {peak - before:.0f} MiB more than before"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.import_memory", description=__doc__)
    parser.add_argument("lines", nargs="*", type=int, default=[10_000, 1_000_000])
    for wanted in parser.parse_args().lines:
        asyncio.run(measure(wanted))
