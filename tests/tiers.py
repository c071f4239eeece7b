"""Run the test tiers in order, cheapest first, and stop at the first that fails.

The last line is the sum over all tiers that ran: `N passed, N failed, N skipped`.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
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
TOGETHER = (("services", "simulation", "processes", "contract"),)
"""If all tiers of a row are named, one run of pytest has them: it starts the emulators once, and no
worker is idle while another ends a tier."""
SIDE_BY_SIDE = (("browser",), ("e2e", "integration", "rules", "rules-coverage"))
"""Tiers that run at the same time: the rows beside each other, each in order, the longest first.

`browser` and `e2e` wait more than they compute. Each has a stack of its own: for every change the
emulator looks through all documents once a listener, and `e2e` leaves thousands of them. `rules`
computes, so it comes last and at a low priority (`PATIENT`), and takes only what is left."""
PATIENT = frozenset({"rules", "rules-coverage"})
"""Tiers without deadlines of their own, which wait for others when the processors are busy."""
LOW_PRIORITY = 10
"""As `nice` counts it."""
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
FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For Java: one quick compiler and one thread for garbage."""

Run = tuple[str, ...]
"""The tiers of one run of pytest."""
Line = list[Run]
"""Runs that go on one after the other."""


def stages_of(names: list[str]) -> list[list[Line]]:
    """Return the stages in order; the lines of a stage go on at the same time."""
    runs: Line = []
    for name in names:
        shared = next((row for row in TOGETHER if name in row and set(row) <= set(names)), (name,))
        if shared not in runs:
            runs.append(shared)
    rows = ([run for name in row for run in runs if run[0] == name] for row in SIDE_BY_SIDE)
    lines = [row for row in rows if row]
    alone = [[[run]] for run in runs if run not in chain(*lines)]
    return [*alone, lines] if lines else alone


def report_of(run: Run) -> Path:
    return REPORTS / f"{'-'.join(run)}.xml"


def start(
    run: Run, extra: list[str], output: IO[bytes] | None, priority: int
) -> subprocess.Popen[bytes]:
    """Start the pytest of a run; it writes to our output if it has none of its own."""
    folders = [folder for name in run for folder in TIERS[name]]
    command = ["nice", "-n", str(priority)] if priority else []
    command += [sys.executable, "-m", "pytest", "-q", f"--junitxml={report_of(run)}", *folders]
    command += [f"--ignore={folder}" for name in run for folder in APART.get(name, ())]
    if workers := max(WORKERS.get(name, 0) for name in run):
        schedule = SCHEDULES.get(run[0], "worksteal")
        command += ["-n", str(workers), f"--dist={schedule}"]
    for name in run:
        command += ["-p", PLUGINS[name]] if name in PLUGINS else []
    return subprocess.Popen(
        [*command, *extra], cwd=ROOT, env=environment(), stdout=output, stderr=output
    )


def run_line(line: Line, extra: list[str], output: IO[bytes] | None, *, is_alone: bool) -> Line:
    """Run a line up to its first run that fails, and return that."""
    for run in line:
        priority = LOW_PRIORITY if not is_alone and set(run) <= PATIENT else 0
        if output is not None:
            output.write(f"\n=== {', '.join(run)} ===\n".encode())
            output.flush()
        process = start(run, extra, output, priority)
        try:
            status = process.wait()
        except KeyboardInterrupt:
            # It was interrupted too, and ends what it started.
            process.wait()
            raise
        if status not in (0, NO_TESTS_COLLECTED):
            return [run]
    return []


def run_stage(lines: list[Line], extra: list[str]) -> Line:
    """Run a stage to its end, and return the runs that failed.

    The output of each line stands in one piece: the first line's as it comes, then the others'.
    """
    for earlier in (*map(report_of, chain(*lines)), *REPORTS.glob(VITEST_REPORTS)):
        earlier.unlink(missing_ok=True)
    first, *others = lines
    is_alone = not others
    beside = f" (beside {', '.join(chain(*chain(*others)))})" if others else ""
    print(f"\n=== {', '.join(chain(*first))}{beside} ===", flush=True)
    with ExitStack() as files, ThreadPoolExecutor() as aside:
        outputs = [files.enter_context(TemporaryFile()) for _ in others]
        running = [
            aside.submit(run_line, line, extra, output, is_alone=is_alone)
            for line, output in zip(others, outputs, strict=True)
        ]
        failed = run_line(first, extra, None, is_alone=is_alone)
        failed += chain(*(each.result() for each in running))
        for output in outputs:
            output.seek(0)
            print(output.read().decode(errors="replace"), flush=True)
    return failed


def environment() -> dict[str, str]:
    """Return ours, with compiled bytecode kept, and with emulators that start fast.

    Without bytecode, each worker compiles all tests and packages again, which takes as long as a
    tenth of the unit tests. Java's optimizing compiler takes a third of the processor time in which
    an emulator starts, and most of them end before that pays.
    """
    kept = {name: it for name, it in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    java = f"{kept.get('JAVA_TOOL_OPTIONS', '')} {FAST_START}".strip()
    return {**kept, "JAVA_TOOL_OPTIONS": java}


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
    for lines in stages_of(names):
        broken = run_stage(lines, extra)
        reports = [*map(report_of, chain(*lines)), *REPORTS.glob(VITEST_REPORTS)]
        good, bad, left_out = count(reports)
        passed, failed, skipped = passed + good, failed + bad, skipped + left_out
        if broken:
            print(f"\n{', '.join(chain(*broken))} failed; later tiers were not run.")
            break
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
