"""The mutants of the rules, and the verdicts of real tests on them."""

import os
import subprocess
import sys
from pathlib import Path

import lark
import pytest

from tests.rules.acting import RULES
from tests.rules_quality.mutants import mutants_of
from tests.rules_quality.mutation import equivalents
from tests.rules_quality.recording import FOLDER_VARIABLE
from tests.rules_quality.syntax import parse

PYTEST = (sys.executable, "-m", "pytest", "-q", "-rpf", "-p", "no:cacheprovider")
SMALL = """rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    function self(uid) { return request.auth != null && request.auth.uid == uid; }
    match /notes/{uid} {
      // A comment, with && in it.
      allow get, create: if self(uid) && (uid != 'x' || uid.size() <= 9);
    }
  }
}
"""


def test_each_possible_fault_is_made_once() -> None:
    names = {mutant.name for mutant in mutants_of(parse(SMALL))}
    allow = "/notes/{uid} get, create"
    assert names == {
        "self(): drop the term `request.auth != null`",
        "self(): drop the term `request.auth.uid == uid`",
        "self(): `==` in `request.auth != null`",
        "self(): `!=` in `request.auth.uid == uid`",
        f"{allow}: drop the term `self(uid)`",
        f"{allow}: drop the term `(uid != 'x' || uid.size() <= 9)`",
        f"{allow}: drop the alternative `uid != 'x'`",
        f"{allow}: drop the alternative `uid.size() <= 9`",
        f"{allow}: `==` in `uid != 'x'`",
        f"{allow}: `<` in `uid.size() <= 9`",
        f"{allow}: 8 for 9 in `uid.size() <= 9`, at `9`",
        f"{allow}: 10 for 9 in `uid.size() <= 9`, at `9`",
        f"{allow}: true",
        f"{allow}: false",
        f"{allow}: not get",
        f"{allow}: not create",
        f"{allow}: list too",
        f"{allow}: update too",
        f"{allow}: delete too",
        f"{allow}: below it too",
        "/notes/{uid}: any collection for notes",
    }


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        (
            "/notes/{uid} get, create: drop the term `(uid != 'x' || uid.size() <= 9)`",
            "if self(uid) && true;",
        ),
        ("/notes/{uid} get, create: not get", "allow create: if self(uid) && (uid != 'x'"),
        ("/notes/{uid} get, create: delete too", "allow get, create, delete: if self(uid)"),
        ("/notes/{uid}: any collection for notes", "match /{anywhere}/{uid} {"),
    ],
)
def test_a_mutant_changes_what_its_name_says(name: str, changed: str) -> None:
    (mutant,) = (mutant for mutant in mutants_of(parse(SMALL)) if mutant.name == name)
    assert changed in mutant.apply(SMALL)
    assert changed not in SMALL


def test_every_mutant_of_the_rules_has_a_unique_name_and_changes_the_text() -> None:
    text = RULES.read_text()
    mutants = mutants_of(parse(text))
    assert len(mutants) > 1_000
    assert len({mutant.name for mutant in mutants}) == len(mutants)
    assert all(mutant.apply(text) != text for mutant in mutants)


def test_the_listed_equivalents_are_mutants_of_the_rules() -> None:
    names = {mutant.name for mutant in mutants_of(parse(RULES.read_text()))}
    assert set(equivalents()) - names == set()


def test_a_syntax_error_is_reported_with_its_line() -> None:
    with pytest.raises(lark.UnexpectedInput, match=r"'\^'.* at line 7"):
        parse(SMALL.replace("&& (uid", "^ (uid"))


@pytest.mark.usefixtures("firestore_emulator")
def test_a_mutant_is_killed_by_a_test_that_evaluates_it_and_survives_without_one(
    tmp_path: Path,
) -> None:
    test = "tests/rules/test_reading.py::test_only_readers_get_a_document"
    killed = "isSelf(): drop the term `request.auth.uid == uid`"
    survivor = "isEmail(): drop the term `isText(value, 320)`"
    # A process of pytest-xdist would be taken for one of this run's.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")
    }

    def run(plugin: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        module = f"tests.rules_quality.{plugin}"
        return subprocess.run(
            [*PYTEST, "-p", module, *arguments],
            cwd=RULES.parents[1],
            env={**environment, FOLDER_VARIABLE: str(tmp_path)},
            capture_output=True,
            text=True,
        )

    recorded = run("recording", "--record-each=10", test, "-k", "devices")
    assert recorded.returncode == 0, recorded.stdout
    tried = run("mutation", test, *(f"{RULES}::{name}" for name in (killed, survivor)))
    assert f"PASSED rules/firestore.rules::{killed}\n" in tried.stdout
    assert f"FAILED rules/firestore.rules::{survivor}" in tried.stdout
    assert "1 failed, 1 passed" in tried.stdout
