"""What `docs/client-contract.md` tells app developers holds on the whole stack."""

from __future__ import annotations

import pytest

from emulator.stack import Stack
from tests.bundles import ROOT, bundled, run, run_tests
from tests.documented_examples import examples, program


@pytest.mark.timeout(180)
def test_the_examples_do_what_the_page_says(stack: Stack) -> None:
    ran = run(
        ["node", "--enable-source-maps", str(bundled(program(stack.ports)))], stack.environment
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(ran.stdout.splitlines()) == len(examples())


@pytest.mark.timeout(180)
def test_costs_refusals_and_reasons_are_those_of_the_page(stack: Stack) -> None:
    folder = ROOT / "tests" / "e2e" / "documented"
    ran = run_tests(sorted(folder.glob("*.test.ts")), stack.environment)

    print(ran.stdout)
    assert ran.returncode == 0, ran.stderr
