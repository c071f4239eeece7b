"""One process that has collected the rules' tests once and tries them on many rules.

Starting pytest anew for each mutant would cost seconds; here a mutant costs the loading of its
rules and the tests up to the first that notices. Each try has a database of its own, so that
many processes share one emulator.
"""

import urllib.error
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from multiprocessing import Queue
from pathlib import Path
from typing import TypeAlias

import pytest
from google.api_core.exceptions import PermissionDenied

from tests.rules.acting import Database
from tests.rules.judged import JUDGED, Judged
from tests.rules_quality import coverage
from tests.rules_quality.coverage import Coverage

CHUNK = 10
"""So many tests at most are counted together: fewer find the right tests, and take longer."""

NOTICES = (AssertionError, PermissionDenied, pytest.fail.Exception)
"""How a test fails when the rules judge otherwise than it expects."""


class Verdict(Enum):
    KILLED = "killed"
    SURVIVED = "survived"
    INVALID = "invalid"
    """The emulator does not take these rules."""
    BROKEN = "broken"
    """A test failed for a reason that is not the rules'."""


@dataclass(frozen=True)
class Try:
    """Rules, and the chunks of tests to run until one fails; `count` asks for the coverage."""

    number: int
    rules: str
    chunks: tuple[int, ...]
    count: bool = False


@dataclass(frozen=True)
class Outcome:
    number: int
    verdict: Verdict
    test: str = ""
    """Which test failed."""
    said: str = ""
    """What was wrong, where that is not the rules' verdict."""
    tests_run: int = 0
    coverage: Coverage = field(default_factory=dict)


Tests = list[list[str]]
"""The names of the tests of each chunk."""
Tries: TypeAlias = "Queue[Try | None]"
Outcomes: TypeAlias = "Queue[Outcome | Tests]"


def chunks_of(items: Sequence[pytest.Item]) -> list[list[pytest.Item]]:
    """Neighbours that are the same test with other parameters, at most `CHUNK` together."""
    chunks: list[list[pytest.Item]] = []
    for before, item in pairwise([None, *items]):
        assert item is not None
        same = before is not None and _function(before) == _function(item)
        if same and len(chunks[-1]) < CHUNK:
            chunks[-1].append(item)
        else:
            chunks.append([item])
    return chunks


def _function(item: pytest.Item) -> str:
    return item.nodeid.split("[")[0]


class Trying:
    """A pytest plugin that replaces the loop over the tests by one over tries."""

    def __init__(self, tries: Tries, outcomes: Outcomes) -> None:
        self._tries = tries
        self._outcomes = outcomes
        self._failure: tuple[Verdict, str, str] | None = None
        self._coverage: Coverage | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Failed("The tests cannot be collected; see this file's beginning")
        chunks = chunks_of(session.items)
        self._outcomes.put([[item.nodeid for item in chunk] for chunk in chunks])
        for wanted in iter(self._tries.get, None):
            items = [item for number in wanted.chunks for item in chunks[number]]
            self._outcomes.put(self._perform(session, wanted, items))
        return True

    def _perform(self, session: pytest.Session, wanted: Try, items: list[pytest.Item]) -> Outcome:
        self._failure = None
        self._coverage = {} if wanted.count else None
        session.config.stash[JUDGED] = Judged(wanted.rules, self._at_end)
        run = 0
        for item, following in pairwise([*items, None]):
            assert item is not None
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            run += 1
            if self._has_failed():
                break
        # Whatever the last test did not end, the session's fixtures among it, ends here.
        session._setupstate.teardown_exact(None)
        verdict, test, said = self._failure or (Verdict.SURVIVED, "", "")
        return Outcome(wanted.number, verdict, test, said, run, self._coverage or {})

    def _has_failed(self) -> bool:
        return self._failure is not None

    def pytest_exception_interact(
        self, node: pytest.Item, call: pytest.CallInfo[object], report: pytest.TestReport
    ) -> None:
        if self._failure or call.excinfo is None:
            return
        error = call.excinfo.value
        if call.when == "call" and isinstance(error, NOTICES):
            self._failure = (Verdict.KILLED, node.nodeid, "")
        elif isinstance(error, urllib.error.HTTPError) and error.code == 400:
            self._failure = (Verdict.INVALID, node.nodeid, error.read().decode())
        else:
            self._failure = (Verdict.BROKEN, node.nodeid, repr(error))

    def _at_end(self, database: Database) -> None:
        if self._coverage is not None:
            self._coverage = coverage.of_project(database.host, database.project)


def try_rules(tries: Tries, outcomes: Outcomes, folders: Sequence[str], log: Path) -> None:
    """What such a process does, until it is given None. Its first outcome is the tests it has."""
    with log.open("w") as file, redirect_stdout(file), redirect_stderr(file):
        pytest.main(
            ["-q", "-p", "no:cacheprovider", *folders],
            plugins=[Trying(tries, outcomes)],
        )
