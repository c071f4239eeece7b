"""Keeps what was measured, and puts it into `docs/performance.md`."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.pages.verdicts import Finding

TITLES = {
    "weights": "What a browser loads, gzipped",
    "first-case": "The first case on the screen",
    "latency": "From sent to seen",
    "scrolling": "Scrolling through the list",
    "heap": "Memory of a busy inbox",
}
"""The measurements, and what they are about."""
RESULTS = Path(__file__).resolve().parents[1] / "pages.json"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures of the pages -->", "<!-- end of the figures of the pages -->"
_TABLES = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)


def keep(out: Path, name: str, findings: Sequence[Finding], browser: str) -> None:
    """Put one measurement into the file of results."""
    kept: dict[str, Any] = json.loads(out.read_text()) if out.exists() else {}
    kept[name] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "browser": browser,
            "load average": round(os.getloadavg()[0], 1),
        },
        "rows": [finding.row for finding in findings],
    }
    ordered = {each: kept[each] for each in TITLES if each in kept}
    out.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n")


def write(results: Path, page: Path = PAGE) -> None:
    """Put the tables between the two marks of the page."""
    text = page.read_text(encoding="utf-8")
    made = tables(json.loads(results.read_text(encoding="utf-8")))
    if not _TABLES.search(text):
        raise ValueError(f"{page} has no place for tables between {_BEGIN} and {_END}")
    page.write_text(_TABLES.sub(lambda _: made, text), encoding="utf-8")


def tables(results: Mapping[str, Any]) -> str:
    """Return a table for each measurement, between the two marks."""
    parts = [_BEGIN, *(_table(TITLES[name], results[name]) for name in TITLES if name in results)]
    return "\n\n".join([*parts, _END])


def _table(title: str, kept: Mapping[str, Any]) -> str:
    machine, rows = kept["machine"], kept["rows"]
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(row[name] for name in names)} |" for row in rows]
    where = (
        f"{kept['at'][:10]}, {machine['browser']}, {machine['cores']} cores, "
        f"load average {machine['load average']:g}."
    )
    return "\n".join([f"### {title}", "", where, "", *lines])
