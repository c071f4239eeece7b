"""Mutants are made where they belong, and one of the real rules is found by a real test."""

import pytest

from tests.rules.acting import RULES
from tests.rules_quality import syntax
from tests.rules_quality.mutants import mutants_of
from tests.rules_quality.processes import Processes
from tests.rules_quality.trying import Try, Verdict

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


def test_each_thing_that_can_be_wrong_is_made_wrong_once() -> None:
    names = {mutant.name for mutant in mutants_of(syntax.read(SMALL))}
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
    (mutant,) = (mutant for mutant in mutants_of(syntax.read(SMALL)) if mutant.name == name)
    assert changed in mutant.of(SMALL)
    assert changed not in SMALL


def test_every_mutant_of_the_rules_is_another_text_with_a_name_of_its_own() -> None:
    text = RULES.read_text()
    mutants = mutants_of(syntax.read(text))
    assert len(mutants) > 1_000
    assert len({mutant.name for mutant in mutants}) == len(mutants)
    assert all(mutant.of(text) != text for mutant in mutants)


def test_what_the_reader_does_not_know_is_named_with_its_line() -> None:
    with pytest.raises(syntax.NotUnderstood, match=r"line 7: expected ';'"):
        syntax.read(SMALL.replace("&& (uid", "^ (uid"))


@pytest.mark.usefixtures("firestore_emulator")
def test_a_test_notices_a_dropped_term_and_passes_on_the_rules_as_they_are(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = RULES.read_text()
    name = "isSelf(): drop the term `request.auth.uid == uid`"
    (mutant,) = (mutant for mutant in mutants_of(syntax.read(text)) if mutant.name == name)
    folder = tmp_path_factory.mktemp("logs")
    with Processes(1, ("tests/rules/test_reading.py",), folder) as processes:
        devices = next(
            number
            for number, tests in enumerate(processes.tests)
            if any("only_its_readers_get[devices-" in test for test in tests)
        )
        tries = [Try(0, text, (devices,)), Try(1, mutant.of(text), (devices,))]
        verdicts = {it.number: it.verdict for it in processes.outcomes(tries)}
    assert verdicts == {0: Verdict.SURVIVED, 1: Verdict.KILLED}
