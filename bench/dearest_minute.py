"""`python -m bench dearest-minute [--write]`: what one connection of one person can cost a minute.

Each act is done as often as the limits allow in a minute, on the store in memory, which counts as
Firestore bills. What clients write, what the rules read and what open listeners of others read is
added by number. ``--write`` puts the table into `docs/threats.md`; a test compares the two.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.minute_of_bursts import played_bursts
from bench.minute_of_calls import played_calls
from bench.minute_of_records import played_records
from bench.minute_of_staff import played_staff
from bench.minute_of_writes import played_writes
from bench.minute_world import COMMITS_PER_SECOND, Minute
from parley.cli.output import show_table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "threats.md"
MOST_DOLLARS: Final = 0.03
"""What the dearest act that Parley holds may cost a minute."""

_BEGIN, _END = "<!-- dearest minute -->", "<!-- end of the dearest minute -->"
_TABLE = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)

_READ_DOLLARS = 0.06 / 100_000
_WRITE_DOLLARS = 0.18 / 100_000
"""Firestore's prices in the United States, deletes counted as writes
(https://firebase.google.com/docs/firestore/pricing)."""


@dataclass(frozen=True, slots=True)
class Priced:
    """An act of a minute, and what it costs."""

    minute: Minute
    dollars: float

    @property
    def row(self) -> dict[str, Any]:
        """Return the act as a row of the table."""
        minute = self.minute
        return {
            "act": minute.act,
            "times": f"{minute.times:,}",
            "writes": f"{minute.writes:,}",
            "reads": f"{minute.reads:,}",
            "$ a minute": f"{self.dollars:.4f}",
            "held by": minute.held_by,
        }


async def recount() -> list[Priced]:
    """Return every act, the dearest first of those that are held, and then the others."""
    minutes = [
        *await played_calls(),
        *await played_writes(),
        *await played_records(),
        *await played_bursts(),
        *await played_staff(),
    ]
    priced = [Priced(one, _price(one)) for one in minutes]
    return sorted(priced, key=lambda one: (not one.minute.is_held, -one.dollars))


def table(acts: Sequence[Priced]) -> str:
    """Return the table as `docs/threats.md` has it, between its two marks."""
    titles = list(acts[0].row)
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    lines += [f"| {' | '.join(one.row.values())} |" for one in acts]
    return "\n".join([_BEGIN, *lines, _END])


def table_in(page: str) -> str:
    """Return the table that a page has; raise ``ValueError`` if it has none."""
    found = _TABLE.search(page)
    if found is None:
        raise ValueError(f"the page has no table between {_BEGIN} and {_END}")
    return found[0]


def main(*, write: bool) -> int:
    """Print the table, and write it if asked to; 1 if an act that is held is too dear."""
    acts = asyncio.run(recount())
    show_table([one.row for one in acts])
    print(f"\na connection commits {COMMITS_PER_SECOND} times a second at most, as measured here")
    if write:
        page = PAGE.read_text()
        PAGE.write_text(page.replace(table_in(page), table(acts)))
    return 1 if any(one.minute.is_held and one.dollars >= MOST_DOLLARS for one in acts) else 0


def _price(minute: Minute) -> float:
    return minute.reads * _READ_DOLLARS + minute.writes * _WRITE_DOLLARS
