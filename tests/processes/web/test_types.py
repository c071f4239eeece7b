"""All TypeScript passes the compiler: the library, the pages, the tests, the demo."""

from __future__ import annotations

import pytest

from tests.node_tools import ROOT, check_types


# Two pages register their routes for the router's types, which one program can do once.
@pytest.mark.parametrize("program", [".", "web/chat"])
def test_all_typescript_keeps_to_the_types_of_the_sdk_and_the_library(program: str) -> None:
    ran = check_types(ROOT / program / "tsconfig.json")

    assert ran.returncode == 0, ran.stdout
