"""What `docs/reference/client-contract.md` tells app developers holds on the whole stack."""

from __future__ import annotations

import json
import re

from emulator.bundles import bundle
from emulator.stack import Stack
from tests.documented_examples import PAGE, adapted, examples, program
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
        r"^\$ (curl .*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found

    ran = run(
        ["bash", "-c", adapted(found[1], stack.ports).replace("curl", "curl --silent --fail")]
    )

    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert document["name"].endswith("/services/acme/staff/UID")
    assert document["fields"]["role"] == {"stringValue": "agent"}
