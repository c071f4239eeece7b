"""The official JavaScript SDK on the real stack: online, offline, and over a line that breaks."""

from __future__ import annotations

from emulator.stack import Stack
from tests.node_tools import run_vitest


def test_queries_and_writes_survive_a_broken_network(stack: Stack) -> None:
    ran = run_vitest("e2e", "tests/e2e/sdk", environment=stack.environment)

    assert ran.returncode == 0, ran.stdout + ran.stderr
