"""Run the test tiers in order, cheapest first, and stop at the first that fails.

The last line is the sum over all tiers that ran: `N passed, N failed, N skipped`.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

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
    "integration": ("tests/integration",),
    "e2e": ("tests/e2e",),
    "browser": ("tests/browser",),
}
APART = {"unit": ("tests/unit/parley/services",)}
"""Folders below those of a tier that have a tier of their own."""
ON_ONE_STACK = ("e2e", "browser")
"""If all of these are named, one run of pytest has them and starts the whole stack once."""
PLUGINS = {"rules": "tests.rules_quality.recording"}
"""The plugin that records a tier; `rules-coverage` reads the records of `rules`."""
WORKERS = {"unit": 2, "services": 2, "simulation": 2, "processes": 2, "rules": 2, "integration": 3}
"""Tiers that run side by side. Each worker has a project of its own in the emulator."""
SCHEDULES = {"simulation": "load", "processes": "load"}
"""How pytest-xdist hands out tests. By default an idle worker steals from the other's list; with
few tests that take seconds each, handing out one at a time balances better."""


def runs_of(names: list[str]) -> list[tuple[str, ...]]:
    """Return the tiers of each run of pytest, in order."""
    shared = ON_ONE_STACK if set(ON_ONE_STACK) <= set(names) else ()
    alone: list[tuple[str, ...]] = [(name,) for name in names if name not in shared]
    return [*alone, shared] if shared else alone


def run_tiers(names: tuple[str, ...], extra: list[str]) -> tuple[int, Path]:
    """Run tiers with one pytest; return its exit status and the path of its report."""
    report = REPORTS / f"{'-'.join(names)}.xml"
    for earlier in (report, *REPORTS.glob(VITEST_REPORTS)):
        earlier.unlink(missing_ok=True)
    folders = [folder for name in names for folder in TIERS[name] if (ROOT / folder).is_dir()]
    if not folders:
        return 0, report
    print(f"\n=== {', '.join(names)} ===", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *folders]
    command += [f"--ignore={folder}" for name in names for folder in APART.get(name, ())]
    if workers := max(WORKERS.get(name, 0) for name in names):
        schedule = SCHEDULES.get(names[0], "worksteal")
        command += ["-n", str(workers), f"--dist={schedule}"]
    for name in names:
        command += ["-p", PLUGINS[name]] if name in PLUGINS else []
    status = subprocess.call([*command, *extra], cwd=ROOT, env=environment())
    return (0 if status == NO_TESTS_COLLECTED else status), report


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
    passed = failed = skipped = status = 0
    for run in runs_of(names):
        status, report = run_tiers(run, extra)
        good, bad, left_out = count([report, *REPORTS.glob(VITEST_REPORTS)])
        passed, failed, skipped = passed + good, failed + bad, skipped + left_out
        if status:
            print(f"\n{', '.join(run)} failed; later tiers were not run.")
            break
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
