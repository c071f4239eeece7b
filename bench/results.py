"""`bench/results.json`: what was measured, case by case, each with its machine and date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bench.frame import Measured

RESULTS: Final = Path(__file__).parent / "results.json"


def read(path: Path = RESULTS) -> dict[str, Any]:
    """Return the cases that were measured so far, by name."""
    if not path.exists():
        return {}
    cases: dict[str, Any] = json.loads(path.read_text())["cases"]
    return cases


def keep(measured: Measured, path: Path = RESULTS, *, adds: bool = False) -> Mapping[str, Any]:
    """Replace a case and keep the others; return it as it is kept.

    ``adds``: its rounds come to those that are kept; ``ValueError`` if these have other columns or
    were measured on another machine.
    """
    kept, before = measured.kept(), read(path).get(measured.case.name)
    if adds and before is not None:
        for name in ("amount", "columns", "machine"):
            if before[name] != kept[name]:
                raise ValueError(
                    f"the rounds of {measured.case.name} that are kept have other {name}: "
                    f"{before[name]} instead of {kept[name]}; run it without --more"
                )
        for cell, runs in before["runs"].items():
            kept["runs"][cell] = [*runs, *kept["runs"].get(cell, [])]
        kept["load before"] = max(before["load before"], kept["load before"])
    cases = read(path) | {measured.case.name: kept}
    ordered = {name: cases[name] for name in sorted(cases)}
    path.write_text(json.dumps({"cases": ordered}, indent=1) + "\n")
    return kept
