"""The examples of `docs/reference/client-contract.md` fit the library, by the compiler's word."""

from __future__ import annotations

import re

from emulator.sign_ins import RESIDENTS
from tests.client_library import check_examples
from tests.documented_examples import SIGNED_UP, STAND_FOR, examples
from tests.node_tools import ROOT


def test_the_typescript_examples_compile_against_the_library() -> None:
    ran = check_examples(ROOT / "docs" / "reference" / "client-contract.md")

    assert ran.returncode == 0, ran.stdout


def test_the_person_who_signs_up_in_the_example_has_no_account_on_a_fresh_stack() -> None:
    assert SIGNED_UP in examples()[0]
    assert SIGNED_UP not in {one.email for one in RESIDENTS}


def test_the_people_of_the_examples_are_on_a_fresh_stack() -> None:
    code = "\n".join(examples())
    named = set(re.findall(r"(?:direct|block)\('(\w+)'\)", code))
    added = set(re.findall(r"userIds: \[(.*?)\]", code))

    assert named == {"ben"}
    assert added == {"'ben', 'dina'"}
    assert set(STAND_FOR) <= {one.uid for one in RESIDENTS}
