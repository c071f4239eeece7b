"""The order of the test runs."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from tests.tiers import TIERS, count, stages_of

REPORT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'


def test_every_tier_runs_once_in_order_and_those_that_wait_run_last_and_together() -> None:
    *alone, waiting = stages_of(list(TIERS))

    assert all(len(stage) == 1 for stage in alone)
    assert waiting == [("integration",), ("e2e", "browser")]
    assert list(chain(*chain(*alone, waiting))) == list(TIERS)


def test_a_tier_that_is_named_alone_runs_alone() -> None:
    assert stages_of(["browser"]) == [[("browser",)]]
    assert stages_of(["rules", "rules-coverage"]) == [[("rules",)], [("rules-coverage",)]]


def test_the_sum_is_that_of_all_reports_that_were_written(tmp_path: Path) -> None:
    reports = [tmp_path / name for name in ("one.xml", "two.xml", "missing.xml")]
    for report in reports[:2]:
        report.write_text(REPORT, encoding="utf-8")

    assert count(reports) == (4, 4, 2)
