"""The pure parts of the TypeScript library: pacing, ordering, echoes, unread."""

from __future__ import annotations

from tests.client_library import compiled, run_tests


def test_the_unit_tests_of_the_library_pass() -> None:
    ran = run_tests(compiled("tsconfig.pure.json", "pure"), "pure")

    assert ran.returncode == 0, ran.stdout + ran.stderr
