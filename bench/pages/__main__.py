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
    parser.add_argument("--messages", type=int, default=sent_to_seen.MESSAGES)
    parser.add_argument("--busy", type=int, default=busy_inbox.MESSAGES, help="messages of heap")
    parser.add_argument("--write", action="store_true", help="fill the tables of the docs")
    parser.add_argument("--out", type=Path, default=report.RESULTS)
    arguments = parser.parse_args()
    which = set(arguments.which) or set(report.TITLES)
    if unknown := which - set(report.TITLES):
        parser.error(f"no measurement called {', '.join(sorted(unknown))}")
    measures: dict[str, Measure] = {
        "weights": weights.measure,
        "first-case": first_case.measure,
        "latency": lambda world: sent_to_seen.measure(world, arguments.messages),
        "scrolling": lambda world: scrolling.measure(world, arguments.cases),
        "heap": lambda world: busy_inbox.measure(world, arguments.cases, arguments.busy),
    }
    chosen = {name: measure for name, measure in measures.items() if name in which}
    asyncio.run(_measure(chosen, arguments.cases, arguments.out))
    if arguments.write:
        report.write(arguments.out)
    return 0


async def _measure(measures: dict[str, Measure], cases: int, out: Path) -> None:
    async with pages_world(_say) as world:
        _say(f"Writing {cases:,} cases ...")
        await write_cases(world.app.store, cases, with_thread=THREADS, messages=THREAD)
        for name, measure in measures.items():
            _say(f"Measuring: {report.TITLES[name]} ...")
            findings = await measure(world)
            show_table([finding.row for finding in findings])
            report.keep(out, name, findings, world.version)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
