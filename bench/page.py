"""`python -m bench page`: put the tables of `bench/results.json` into `docs/performance.md`.

Each case has its place there between two marks: a table, what it was measured on, and a plot in
`docs/pictures`. A test compares page and pictures with the results.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bench import results
from bench.frame import rows
from bench.plots import bars

_DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE: Final = _DOCS / "performance.md"
PICTURES: Final = _DOCS / "pictures"
_WIDTH = 100
_PLACE = re.compile(r"<!-- bench (?P<name>[a-z0-9-]+) -->.*?<!-- end of bench -->", re.DOTALL)


def rendered(page: str, cases: Mapping[str, Any]) -> str:
    """Return a page with the present results in all its places."""
    return _PLACE.sub(lambda place: _filled(place["name"], cases), page)


def pictures(page: str, cases: Mapping[str, Any]) -> dict[Path, str]:
    """Return the plots that a page shows, by file."""
    named = [place["name"] for place in _PLACE.finditer(page)]
    return {_picture(name): bars(cases[name]) for name in named if name in cases}


def placed(page: str) -> set[str]:
    """Return the names of the cases that have a place in a page."""
    return {place["name"] for place in _PLACE.finditer(page)}


def main() -> int:
    """Write page and pictures."""
    page, cases = PAGE.read_text(), results.read()
    PAGE.write_text(rendered(page, cases))
    for file, text in pictures(page, cases).items():
        file.write_text(text)
    return 0


def _picture(name: str) -> Path:
    return PICTURES / f"bench-{name}.svg"


def _filled(name: str, cases: Mapping[str, Any]) -> str:
    begin, end = f"<!-- bench {name} -->", "<!-- end of bench -->"
    kept = cases.get(name)
    if kept is None:
        return "\n".join([begin, "", f"Not measured yet: `python -m bench {name}`.", "", end])
    parts = [begin, "", _table(kept), "", _measured_on(kept), ""]
    parts += [f"![Plot of this table, {name}](pictures/{_picture(name).name})", "", end]
    return "\n".join(parts)


def _table(kept: Mapping[str, Any]) -> str:
    table = rows(kept)
    titles = list(table[0])
    lines = [f"| {' | '.join(titles)} |".replace("|  |", "| |"), f"|{'---|' * len(titles)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row.values())} |" for row in table)])


def _measured_on(kept: Mapping[str, Any]) -> str:
    machine = kept["machine"]
    rounds = max(map(len, kept["runs"].values()))
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    text = (
        f"{rounds} {'round' if rounds == 1 else 'rounds'} in turns, {kept['at'][:10]}, "
        f"{machine['cores']} cores ({machine['processor']}), load before {kept['load before']:g}, "
        f"Python {machine['python']}, {libraries}."
    )
    missing = [f"{name} is missing: {reason}." for name, reason in kept["missing"].items()]
    return textwrap.fill(" ".join([text, *missing]), _WIDTH, break_on_hyphens=False)
