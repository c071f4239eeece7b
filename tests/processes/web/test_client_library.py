"""The tests of the TypeScript packages that need no server."""

from __future__ import annotations

from tests.node_tools import run_vitest


def test_the_packages_pass_their_unit_tests() -> None:
    ran = run_vitest("unit")

    assert ran.returncode == 0, ran.stdout + ran.stderr
