"""The TypeScript library on the real stack: rules, functions and workers."""

from __future__ import annotations

from emulator.stack import Stack
from tests.node_tools import run_vitest


def test_the_packages_pass_their_tests_against_the_stack(stack: Stack) -> None:
    ran = run_vitest("e2e", "web", environment=stack.environment)

    assert ran.returncode == 0, ran.stdout + ran.stderr
