"""The order of the test runs."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from tests.tiers import TIERS, count, stages_of

REPORT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'


def test_every_tier_runs_once_and_those_that_wait_run_last_and_together() -> None:
    *alone, waiting = stages_of(list(TIERS))

    assert all(len(stage) == len(stage[0]) == 1 for stage in alone)
    assert waiting == [
        [("browser",)],
        [("e2e",), ("integration",), ("rules",), ("rules-coverage",)],
    ]
    ran = list(chain(*(run for stage in (*alone, waiting) for line in stage for run in line)))
    assert sorted(ran) == sorted(TIERS)


def test_a_tier_that_is_named_alone_runs_alone() -> None:
    assert stages_of(["browser"]) == [[[("browser",)]]]
    assert stages_of(["unit"]) == [[[("unit",)]]]
    assert stages_of(["rules", "rules-coverage"]) == [[[("rules",), ("rules-coverage",)]]]


def test_the_coverage_of_the_rules_is_judged_after_their_tests() -> None:
    *_, waiting = stages_of(list(TIERS))

    (line,) = [line for line in waiting if ("rules",) in line]
    assert line.index(("rules",)) < line.index(("rules-coverage",))


def test_the_sum_is_that_of_all_reports_that_were_written(tmp_path: Path) -> None:
    reports = [tmp_path / name for name in ("one.xml", "two.xml", "missing.xml")]
    for report in reports[:2]:
        report.write_text(REPORT, encoding="utf-8")

    assert count(reports) == (4, 4, 2)
