"""The TypeScript library on the real stack: rules, functions and workers."""

from __future__ import annotations

import pytest

from emulator.stack import Stack
from tests.client_library import compiled, run_tests


@pytest.mark.timeout(480)
def test_the_tests_of_the_library_pass(stack: Stack) -> None:
    ran = run_tests(compiled("tsconfig.test.json", "stack"), "stack", stack.environment)

    assert ran.returncode == 0, ran.stdout + ran.stderr
