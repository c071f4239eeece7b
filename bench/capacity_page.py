"""`python -m bench.capacity_page [--write]`: the tables of `docs/scaling.md`, by `bench.capacity`.

A test compares the page with them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.capacity import (
    AGAIN,
    DIRECT,
    FCM_A_SECOND,
    FIRST,
    GROUP,
    MILLION,
    PRICES,
    READ,
    SIZES,
    START,
    Habits,
    bill,
    campaign_processes,
    campaign_seconds,
    chat_processes,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scaling.md"


def workers_table(habits: Habits) -> list[dict[str, str]]:
    """Return a row for each size: what comes at the peak, and who does it."""
    return [
        {
            "people": f"{people:,}",
            "messages a second at the peak": f"{habits.messages_at_peak(people):,.0f}",
            "processes for chats": f"{chat_processes(people, habits):,}",
            "a campaign to all takes by the ramp": _time(campaign_seconds(people)),
            "by FCM's quota": _time(people / FCM_A_SECOND),
            "processes for campaigns": f"{campaign_processes(people):,}",
            "receipts a second at the peak": f"{habits.receipts_at_peak(people):,.0f}",
        }
        for people in SIZES
    ]


def bills_table(habits: Habits) -> list[dict[str, str]]:
    """Return a row for each size: dollars a month, by what they pay."""
    rows = []
    for people in SIZES:
        one = bill(people, habits)
        rows.append(
            {
                "people": f"{people:,}",
                "Firestore": f"{one.firestore:,.0f}",
                "storage, more each month": f"{one.storage:,.0f}",
                "workers": f"{one.workers:,.0f}",
                "functions": f"{one.functions:,.0f}",
                "Pub/Sub": f"{one.queues:,.0f}",
                "$ a month": f"{one.total:,.0f}",
                "cents a person": f"{100 * one.total / people:.2f}",
            }
        )
    return rows


def acts_table(habits: Habits, people: int = MILLION) -> list[dict[str, str]]:
    """Return a row for each act: how often, and what it costs in operations."""
    rows = []
    each = {act.name: act for act in (DIRECT, GROUP, READ, START, FIRST, AGAIN)}
    for act in habits.month(people):
        one = each[act.name]
        dollars = act.writes * PRICES.write + act.deletes * PRICES.delete + act.reads * PRICES.read
        rows.append(
            {
                "act": act.name,
                "times a month": f"{act.writes / one.writes:,.0f}",
                "writes": f"{one.writes:g}",
                "deletes": f"{one.deletes:g}",
                "reads": f"{one.reads:g}",
                "$ a month": f"{dollars:,.0f}",
            }
        )
    return rows


def markdown(rows: Sequence[dict[str, str]]) -> str:
    """Return rows as a table of Markdown."""
    titles = list(rows[0])
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row.values())} |" for row in rows)])


def tables(habits: Habits | None = None) -> dict[str, str]:
    """Return each table of the page by its mark."""
    habits = habits or Habits()
    return {
        "acts": markdown(acts_table(habits)),
        "workers": markdown(workers_table(habits)),
        "bills": markdown(bills_table(habits)),
    }


def with_tables(page: str) -> str:
    """Return the page with its tables written anew."""
    for name, table in tables().items():
        begin, end = f"<!-- capacity: {name} -->", f"<!-- end of {name} -->"
        if not 0 <= page.find(begin) < page.find(end):
            raise ValueError(f"the page has no place for the table {name!r}: add {begin} and {end}")
        start, stop = page.index(begin), page.index(end)
        page = f"{page[:start]}{begin}\n{table}\n{page[stop:]}"
    return page


def _time(seconds: float) -> str:
    if seconds < 3_600:
        return f"{seconds / 60:,.0f} min"
    return f"{seconds / 3_600:,.1f} h"


def main() -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity_page", description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/scaling.md")
    if parser.parse_args().write:
        PAGE.write_text(with_tables(PAGE.read_text()))
        return
    for name, table in tables().items():
        print(f"{name}\n{table}\n")


if __name__ == "__main__":
    main()
