"""The pure parts of the TypeScript library: pacing, ordering, echoes, unread."""

from __future__ import annotations

from tests.client_library import compiled, run_tests


def test_the_pure_parts_hold_what_their_tests_say() -> None:
    ran = run_tests(compiled("tsconfig.pure.json", "pure"), "pure")

    assert ran.returncode == 0, ran.stdout + ran.stderr
