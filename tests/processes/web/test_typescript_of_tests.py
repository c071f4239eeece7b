"""The TypeScript that tests run keeps to the types of the official SDK and of the library."""

from __future__ import annotations

from tests.bundles import checked


def test_the_tests_keep_to_the_types_of_the_sdk_and_the_library() -> None:
    ran = checked()

    assert ran.returncode == 0, ran.stdout
