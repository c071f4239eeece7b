"""The official JavaScript SDK on the real stack: online, offline, and over a line that breaks."""

from __future__ import annotations

import pytest

from emulator.stack import Stack
from tests.bundles import run_tests
from tests.node_tools import ROOT

FOLDER = ROOT / "tests" / "e2e" / "sdk"


@pytest.mark.timeout(480)
def test_queries_and_writes_survive_a_broken_network(stack: Stack) -> None:
    ran = run_tests(sorted(FOLDER.glob("*.test.ts")), stack.environment)

    print(ran.stdout)
    assert ran.returncode == 0, ran.stderr
