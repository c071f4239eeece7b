"""`python -m bench.pages [weights|first-case|scrolling|latency|heap]`: measure the pages.

On a whole stack, in a real Chromium; under eight minutes for all. It prints tables, writes
`bench/pages.json`, and with ``--write`` fills the tables of `docs/performance.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.pages import busy_inbox, first_case, report, scrolling, sent_to_seen, weights
from bench.pages.many_cases import write_cases
from bench.pages.verdicts import Finding
from bench.pages.world import World, pages_world
from parley.cli.output import show_table

CASES = 10_000
FEW = 200
"""Cases for what is measured at each message: the emulator reads a whole list for each of its
listeners and each change, so that 10,000 rows take it seconds, where Firestore reads an index."""
THREADS = 60
"""Cases with a thread: those that are opened."""
THREAD = 30
"""Messages of each."""
Measure = Callable[[World], Awaitable[list[Finding]]]


def main() -> int:
    """Measure what is named, or all; what did not run keeps its results."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("which", nargs="*", help=", ".join(report.TITLES))
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--few", type=int, default=FEW, help="cases for latency and heap")
    parser.add_argument("--messages", type=int, default=sent_to_seen.MESSAGES)
    parser.add_argument("--busy", type=int, default=busy_inbox.MESSAGES, help="messages of heap")
    parser.add_argument("--write", action="store_true", help="fill the tables of the docs")
    parser.add_argument("--out", type=Path, default=report.RESULTS)
    arguments = parser.parse_args()
    which = set(arguments.which) or set(report.TITLES)
    if unknown := which - set(report.TITLES):
        parser.error(f"no measurement called {', '.join(sorted(unknown))}")
    with_few: dict[str, Measure] = {
        "latency": lambda world: sent_to_seen.measure(world, arguments.messages),
        "heap": lambda world: busy_inbox.measure(world, arguments.cases, arguments.busy),
    }
    with_all: dict[str, Measure] = {
        "weights": weights.measure,
        "first-case": first_case.measure,
        "scrolling": lambda world: scrolling.measure(world, arguments.cases),
    }
    few, others = (
        {name: measure for name, measure in measures.items() if name in which}
        for measures in (with_few, with_all)
    )
    asyncio.run(_measure(few, others, arguments.cases, arguments.few, arguments.out))
    if arguments.write:
        report.write(arguments.out)
    return 0


async def _measure(
    few: dict[str, Measure], others: dict[str, Measure], cases: int, few_cases: int, out: Path
) -> None:
    newest = max(0, cases - few_cases)
    async with pages_world(_say) as world:
        await _write(world, cases, range(newest, cases))
        await _run(world, few, out)
        if others:
            await _write(world, cases, range(newest))
            await _run(world, others, out)


async def _write(world: World, cases: int, numbers: range) -> None:
    _say(f"Writing {len(numbers):,} cases ...")
    await write_cases(world.app.store, cases, numbers, with_thread=THREADS, messages=THREAD)


async def _run(world: World, measures: dict[str, Measure], out: Path) -> None:
    for name, measure in measures.items():
        _say(f"Measuring: {report.TITLES[name]} ...")
        findings = await measure(world)
        show_table([finding.row for finding in findings])
        report.keep(out, name, findings, world.version)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
