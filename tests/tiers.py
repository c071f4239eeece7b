"""Run the test tiers in order, cheapest first, and stop at the first that fails.

The last line is the sum over all tiers that ran: `N passed, N failed, N skipped`.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".parley" / "reports"
VITEST_REPORTS = "vitest-*.xml"
"""What tests write that run vitest; its tests count beside those of pytest."""
NO_TESTS_COLLECTED = 5

TIERS = {
    "unit": ("tests/unit", "tests/architecture"),
    "services": ("tests/unit/parley/services",),
    "simulation": ("tests/simulation",),
    "processes": ("tests/processes",),
    "contract": ("tests/contract",),
    "rules": ("tests/rules", "tests/rules_quality"),
    "rules-coverage": ("tests/rules_coverage",),
    "browser-long": ("tests/browser/long",),
    "integration": ("tests/integration",),
    "e2e": ("tests/e2e",),
    "browser": ("tests/browser",),
}
APART = {"unit": ("tests/unit/parley/services",), "browser": ("tests/browser/long",)}
"""Folders below those of a tier that have a tier of their own."""
TOGETHER = (("services", "simulation", "processes", "contract"), ("e2e", "browser"))
"""If all tiers of a row are named, one run of pytest has them: it starts the emulators, or the
whole stack, once, and no worker is idle while another ends a tier."""
SIDE_BY_SIDE = frozenset({"integration", "e2e", "browser"})
"""Tiers that wait more than they compute. Their runs go on at the same time."""
PLUGINS = {"rules": "tests.rules_quality.recording"}
"""The plugin that records a tier; `rules-coverage` reads the records of `rules`."""
WORKERS = {
    **dict.fromkeys(("unit", "services", "simulation", "processes", "contract", "rules"), 2),
    "integration": 3,
}
"""Tiers whose tests run side by side. Each worker has a project of its own in the emulator."""
SCHEDULES = {"simulation": "load", "processes": "load", "integration": "loadscope"}
"""How pytest-xdist hands out tests. By default an idle worker steals from the other's list; with
few tests that take seconds each, handing out one at a time balances better."""

Run = tuple[str, ...]
"""The tiers of one run of pytest."""


def stages_of(names: list[str]) -> list[list[Run]]:
    """Return the runs in order; those of a stage go on at the same time."""
    runs: list[Run] = []
    for name in names:
        shared = next((row for row in TOGETHER if name in row and set(row) <= set(names)), (name,))
        if shared not in runs:
            runs.append(shared)
    waiting = [run for run in runs if set(run) <= SIDE_BY_SIDE]
    return [*([run] for run in runs if run not in waiting), *([waiting] if waiting else [])]


def report_of(run: Run) -> Path:
    return REPORTS / f"{'-'.join(run)}.xml"


def start(run: Run, extra: list[str], output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """Start the pytest of a run; it writes to our output if it has none of its own."""
    folders = [folder for name in run for folder in TIERS[name]]
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report_of(run)}", *folders]
    command += [f"--ignore={folder}" for name in run for folder in APART.get(name, ())]
    if workers := max(WORKERS.get(name, 0) for name in run):
        schedule = SCHEDULES.get(run[0], "worksteal")
        command += ["-n", str(workers), f"--dist={schedule}"]
    for name in run:
        command += ["-p", PLUGINS[name]] if name in PLUGINS else []
    return subprocess.Popen(
        [*command, *extra], cwd=ROOT, env=environment(), stdout=output, stderr=output
    )


def run_stage(runs: list[Run], extra: list[str]) -> list[Run]:
    """Run a stage to its end, and return the runs that failed.

    The output of each run stands in one piece: the last run's as it comes, then that of the others.
    """
    for earlier in (*map(report_of, runs), *REPORTS.glob(VITEST_REPORTS)):
        earlier.unlink(missing_ok=True)
    *others, last = runs
    with ExitStack() as files:
        outputs = {run: files.enter_context(TemporaryFile()) for run in others}
        beside = f" (beside {', '.join(chain(*others))})" if others else ""
        print(f"\n=== {', '.join(last)}{beside} ===", flush=True)
        started = {run: start(run, extra, outputs.get(run)) for run in runs}
        try:
            statuses = {run: process.wait() for run, process in started.items()}
        except KeyboardInterrupt:
            # They were interrupted too, and end what they started.
            for process in started.values():
                process.wait()
            raise
        for run, output in outputs.items():
            output.seek(0)
            print(f"\n=== {', '.join(run)} ===\n", flush=True)
            print(output.read().decode(errors="replace"), flush=True)
    return [run for run, status in statuses.items() if status not in (0, NO_TESTS_COLLECTED)]


def environment() -> dict[str, str]:
    """Return ours, with compiled bytecode kept.

    Without it, each worker compiles all tests and packages again, which takes as long as a tenth
    of the unit tests.
    """
    return {name: it for name, it in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def count(reports: list[Path]) -> tuple[int, int, int]:
    """Return the numbers of passed, failed and skipped tests of reports."""
    found = [report for report in reports if report.exists()]
    suites = [suite for report in found for suite in ET.parse(report).getroot().iter("testsuite")]
    tests, failures, errors, skipped = (
        sum(int(suite.get(key, "0")) for suite in suites)
        for key in ("tests", "failures", "errors", "skipped")
    )
    return tests - failures - errors - skipped, failures + errors, skipped


def main(arguments: list[str]) -> int:
    """Run the named tiers, or all. Arguments that name no tier go to pytest."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    names = [name for name in arguments if name in TIERS] or list(TIERS)
    extra = [argument for argument in arguments if argument not in TIERS]
    passed = failed = skipped = 0
    broken: list[Run] = []
    for runs in stages_of(names):
        broken = run_stage(runs, extra)
        good, bad, left_out = count([*map(report_of, runs), *REPORTS.glob(VITEST_REPORTS)])
        passed, failed, skipped = passed + good, failed + bad, skipped + left_out
        if broken:
            print(f"\n{', '.join(chain(*broken))} failed; later tiers were not run.")
            break
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
