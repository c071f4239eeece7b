"""What `docs/reference/client-contract.md` tells app developers holds on the whole stack."""

from __future__ import annotations

import re
import sys

from emulator.bundles import bundle
from emulator.stack import Stack
from tests.documented_examples import PAGE, examples, program
from tests.node_tools import run, run_vitest


def test_the_examples_do_what_the_page_says(stack: Stack) -> None:
    ran = run(
        ["node", "--enable-source-maps", str(bundle(program(stack.ports)))], stack.environment
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    firsts = [example.splitlines()[0] for example in examples()]
    assert [line for line in ran.stdout.splitlines() if line in firsts] == firsts


def test_costs_refusals_and_reasons_match_the_page(stack: Stack) -> None:
    ran = run_vitest("e2e", "tests/e2e/documented", environment=stack.environment)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_person_becomes_staff_as_the_page_says(stack: Stack) -> None:
    found = re.search(
        r"^\$ \.venv/bin/parley (service staff .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert found

    ran = run([sys.executable, "-m", "parley.cli.main", *found[1].split()], stack.environment)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "UID is agent of service acme\n"
