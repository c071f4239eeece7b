"""A pytest plugin that records the coverage of the rules: `-p tests.rules_quality.recording`.

Each process writes one file to `.parley/rules-coverage/`, or to the folder that
`RULES_COVERAGE_FOLDER` names. `--record-each N` writes a file for every N tests, with the mutants'
probes in the rules. The mutants' run learns from these which tests might notice a mutant.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from tests.rules.acting import RULES, Database
from tests.rules.judged import JUDGED, Judged
from tests.rules_quality.coverage import Coverage, coverage_of
from tests.rules_quality.mutants import Mutant, mutants_of
from tests.rules_quality.syntax import parse

FOLDER_VARIABLE = "RULES_COVERAGE_FOLDER"
FOLDER = Path(os.environ.get(FOLDER_VARIABLE, RULES.parents[1] / ".parley" / "rules-coverage"))


@dataclass(frozen=True)
class Record:
    """Tests that ran one after the other, and the coverage they caused together."""

    tests: list[str]
    coverage: Coverage
    probes: dict[str, int]
    """How often the probe of each mutant was evaluated."""


def read_records() -> list[Record]:
    """Return what all processes of the last recorded run wrote, in a fixed order."""
    records = []
    for file in FOLDER.glob("*.json"):
        written = json.loads(file.read_text())
        coverage = {(start, end): Counter(counts) for start, end, counts in written["coverage"]}
        records.append(Record(written["tests"], coverage, written["probes"]))
    return sorted(records, key=lambda record: record.tests)


def merge(records: list[Record]) -> Coverage:
    merged: Coverage = {}
    for record in records:
        for place, counts in record.coverage.items():
            merged.setdefault(place, Counter()).update(counts)
    return merged


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-each", type=int, default=0, metavar="N", help="tests in a record")


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
    each = config.getoption("--record-each")
    text = RULES.read_text()
    recorder = Recorder(each, ProbedRules(text, mutants_of(parse(text)) if each else []))
    config.stash[JUDGED] = Judged(recorder.rules.text, recorder.write)
    config.pluginmanager.register(recorder)


class ProbedRules:
    """The rules with the probes of mutants, which change no verdict."""

    def __init__(self, text: str, mutants: Iterable[Mutant]) -> None:
        self.text = ""
        self._spans: list[tuple[int, int, str]] = []
        copied = 0
        for mutant in sorted(mutants, key=lambda mutant: mutant.start):
            if mutant.probe:
                self.text += text[copied : mutant.start]
                copied = mutant.start
                start = len(self.text)
                self.text += mutant.probe
                self._spans.append((start, len(self.text), mutant.name))
        self.text += text[copied:]

    def separate(self, coverage: Coverage) -> tuple[Coverage, dict[str, int]]:
        """Return the coverage of the rules without probes, and the evaluations of each probe."""
        own: Coverage = {}
        probes: dict[str, int] = {}
        for (first, last), counts in coverage.items():
            shift = sum(end - start for start, end, _ in self._spans if end <= first)
            inside = [name for start, end, name in self._spans if start <= first < end]
            if inside:
                probes[inside[0]] = max(probes.get(inside[0], 0), counts.total())
            else:
                own[first - shift, last - shift] = counts
        return own, {name: count for name, count in probes.items() if count}


@dataclass
class Recorder:
    """Writes a record each time the database closes, and closes it after `each` tests."""

    each: int
    rules: ProbedRules
    tests: list[str] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        self.tests.append(item.nodeid)
        if not self.each or len(self.tests) < self.each:
            return None
        # Without a following test pytest ends all fixtures, the database among them.
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        runtestprotocol(item, nextitem=None)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        self.tests.clear()
        return True

    def write(self, database: Database) -> None:
        everything = coverage_of(database.host, database.project)
        coverage, probes = self.rules.separate(everything)
        lines = [[*place, counts] for place, counts in coverage.items()]
        record = json.dumps({"tests": self.tests, "coverage": lines, "probes": probes})
        (FOLDER / f"{database.project}.json").write_text(record)
