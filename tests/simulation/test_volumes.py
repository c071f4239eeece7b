"""Exports and imports of many people take the memory of a page."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

from parley.cli.campaign_reports import export as export_command
from parley.domain.access import SYSTEM
from parley.domain.people_requests import ImportPeople
from tests.unit.parley.services.campaigns_driven import planned
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_the_command_writes_100000_rows_with_the_memory_of_a_page(
    world: World, tmp_path: Path
) -> None:
    await planned(world, 100_000)
    file = tmp_path / "results.csv"

    async def peak() -> int:
        tracemalloc.start()
        await export_command(world.app, campaign_id="c1", output=file, as_json=False)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    most = await peak()
    with file.open(encoding="utf-8", newline="") as written:
        assert sum(1 for _ in csv.reader(written)) == 100_001
    # All rows together take more than 100 MB as Python holds them.
    assert most < 40 * 1024 * 1024


async def test_twenty_thousand_lines_need_the_memory_of_a_few_blocks(world: World) -> None:
    await world.service()

    async def lines() -> AsyncIterator[bytes]:
        yield b"uid,attributes.note\n"
        for number in range(0, 20_000, 100):
            yield b"".join(b"p%06d,%s\n" % (one, b"x" * 200) for one in range(number, number + 100))

    request = ImportPeople(service_id="acme", csv="", dry_run=True)
    tracemalloc.start()
    try:
        report = await world.app.import_people.run(caller=SYSTEM, request=request, chunks=lines())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.created == 20_000
    assert peak < 4_000_000
