"""All TypeScript of the repository passes the compiler: the library, its tests, the demo."""

from __future__ import annotations

from tests.node_tools import ROOT, check_types


def test_all_typescript_keeps_to_the_types_of_the_sdk_and_the_library() -> None:
    ran = check_types(ROOT / "tsconfig.json")

    assert ran.returncode == 0, ran.stdout
