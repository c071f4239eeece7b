"""A pytest plugin that makes each mutant of the rules a test: `-p tests.rules_quality.mutation`.

The test of a mutant runs the rules' own tests on it, the likeliest first, and passes when one of
them fails. pytest-xdist, `-k`, `--lf` and `--collect-only` work as for any other test.
"""

import os
import re
import subprocess
import tomllib
import urllib.error
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from _pytest.runner import SetupState, runtestprotocol
from google.api_core.exceptions import PermissionDenied

from tests import emulators
from tests.rules.acting import RULES
from tests.rules.judged import JUDGED, Judged
from tests.rules_quality.coverage import place_of
from tests.rules_quality.mutants import Mutant, mutants_of
from tests.rules_quality.recording import Record, merge, read_records
from tests.rules_quality.syntax import parse

EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
NOTICES = (AssertionError, PermissionDenied, pytest.fail.Exception)
"""How a test fails when the rules decide otherwise than it expects."""
TESTS_OF_ONE_EMULATOR = 2_500
"""It keeps the values of every expression until it ends: 3.7 GB after 7,000 tests."""
LATEST_KILLERS = 8
MUTANT_SECONDS = 1_800


class Survived(Exception):
    """No test failed on the mutant."""


def equivalents() -> dict[str, str]:
    """Return the mutants that change no verdict, each with the reason."""
    groups = tomllib.loads(EQUIVALENTS.read_text())["equivalent"]
    return {name: group["reason"].strip() for group in groups for name in group["mutants"]}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mutants of the security rules")
    group.addoption("--lines", metavar="A-B", help="only mutants of these lines of the rules")
    group.addoption("--only-changed", action="store_true", help="only lines not committed")
    group.addoption("--equivalents", action="store_true", help="try those of equivalents.toml too")


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each process restarts its own emulator when that one has kept too many values.
        emulators.open_session()
        config.add_cleanup(emulators.close_session)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return RulesFile.from_parent(parent, path=file_path) if file_path == RULES else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Set the rules' own tests aside for the mutants, before `-k` chooses among these."""
    mutants = [item for item in items if isinstance(item, MutantItem)]
    tests = {item.nodeid: item for item in items if not isinstance(item, MutantItem)}
    session.config.hook.pytest_deselected(items=list(tests.values()))
    trial = Trial(session, tests)
    for mutant in mutants:
        mutant.trial = trial
    items[:] = mutants


class RulesFile(pytest.File):
    def collect(self) -> Iterator["MutantItem"]:
        lines = chosen_lines(self.config)
        explained = equivalents()
        for mutant in mutants_of(parse(RULES.read_text())):
            if lines is None or mutant.line in lines:
                item = MutantItem.from_parent(self, name=mutant.name, mutant=mutant)
                if reason := explained.get(mutant.name):
                    item.add_marker(pytest.mark.xfail(reason=reason, raises=Survived, strict=True))
                    if not self.config.getoption("--equivalents"):
                        item.add_marker(pytest.mark.skip(reason=reason))
                yield item


def chosen_lines(config: pytest.Config) -> set[int] | None:
    """Return the lines that the options ask for; None for all."""
    lines: set[int] | None = None
    if chosen := config.getoption("--lines"):
        first, _, last = chosen.partition("-")
        lines = set(range(int(first), int(last or first) + 1))
    if config.getoption("--only-changed"):
        command = ["git", "diff", "--unified=0", "HEAD", "--", str(RULES)]
        diff = subprocess.run(command, cwd=RULES.parent, capture_output=True, text=True, check=True)
        hunks = re.findall(r"^@@ \S+ \+(\d+)(?:,(\d+))? @@", diff.stdout, re.MULTILINE)
        changed = {int(at) + n for at, count in hunks for n in range(int(count or 1))}
        lines = changed if lines is None else lines & changed
    return lines


class MutantItem(pytest.Item):
    trial: "Trial"

    def __init__(self, *, mutant: Mutant, **arguments: object) -> None:
        super().__init__(**arguments)  # type: ignore[arg-type]
        self.mutant = mutant
        self.add_marker(pytest.mark.timeout(MUTANT_SECONDS))

    def runtest(self) -> None:
        self.user_properties.append(("killed by", self.trial.killer_of(self.mutant)))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.mutant.line - 1, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object) -> str:
        return f"line {self.mutant.line}, {self.name}: {excinfo.exconly()}"


class Trial:
    """Runs the rules' tests on mutants."""

    def __init__(self, session: pytest.Session, tests: dict[str, pytest.Item]) -> None:
        self._session = session
        self._tests = tests
        self._records = read_records()
        if not (self._records or session.config.option.collectonly):
            raise pytest.UsageError("no coverage is recorded; run `make test-rules-mutants`")
        self._places = merge(self._records)
        self._text = RULES.read_text()
        self._latest: list[Record] = []
        """Records with a test that killed a mutant, the latest first. Neighbours often fall to the
        same tests."""
        self._tests_run = 0
        self._error: BaseException | None = None
        session.config.pluginmanager.register(self)

    def killer_of(self, mutant: Mutant) -> str:
        """Return the first test that fails on the mutant; `Survived` if none does."""
        self._session.config.stash[JUDGED] = Judged(mutant.apply(self._text), lambda _: None)
        # pytest keeps one stack of fixtures, and the mutant's own test is on it already.
        stack, self._session._setupstate = self._session._setupstate, SetupState()
        try:
            for record in self._candidates(mutant):
                items = [self._tests[name] for name in record.tests if name in self._tests]
                if killer := self._first_failure(items):
                    self._latest = [record, *(it for it in self._latest if it is not record)]
                    return killer
        finally:
            self._session._setupstate.teardown_exact(None)
            self._session._setupstate = stack
            self._renew_emulator()
        raise Survived("no test failed")

    def _first_failure(self, items: list[pytest.Item]) -> str | None:
        for item, following in pairwise([*items, None]):
            assert item is not None
            error = self._run(item, following)
            if isinstance(error, urllib.error.HTTPError) and error.code == 400:
                raise error
            # The emulator drops a call now and then; only an error that repeats comes from the
            # mutant, such as rules that it cannot apply to a query.
            if isinstance(error, NOTICES) or (error and self._run(item, None)):
                return item.nodeid
        return None

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> BaseException | None:
        self._error = None
        self._tests_run += 1
        runtestprotocol(item, nextitem=following, log=False)
        return self._error

    def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
        if self._error is None and call.excinfo is not None:
            self._error = call.excinfo.value

    def _candidates(self, mutant: Mutant) -> list[Record]:
        """Return the records with a test that could notice, the likeliest first."""
        weights = {id(it): self._sensitivity(mutant, it) / len(it.tests) for it in self._records}
        others = sorted(self._records, key=lambda record: -weights[id(record)])
        ordered = {id(it): it for it in (*self._latest[:LATEST_KILLERS], *others)}
        return [record for key, record in ordered.items() if weights[key]]

    def _sensitivity(self, mutant: Mutant, record: Record) -> int:
        """Count the evaluations that the mutant could change."""
        if mutant.anchor is None:
            return record.probes.get(mutant.name, 0)
        place = place_of(mutant.anchor, self._text, self._places)
        if place is None:
            return 1
        counts = record.coverage.get(place, Counter())
        return counts.total() - counts[mutant.same]

    def _renew_emulator(self) -> None:
        if self._tests_run > TESTS_OF_ONE_EMULATOR:
            emulators.close_session()
            emulators.open_session()
            self._tests_run = 0
