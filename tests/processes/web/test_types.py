"""All TypeScript of the repository passes the compiler: the library, the pages, their tests, the demo."""

from __future__ import annotations

import pytest

from tests.node_tools import ROOT, check_types


# A page declares its router for the whole compilation, so each is a project of its own.
@pytest.mark.parametrize("project", [".", "web/dashboard", "web/chat", "web/demo"])
def test_all_typescript_keeps_to_the_types_of_the_sdk_and_the_library(project: str) -> None:
    ran = check_types(ROOT / project / "tsconfig.json")

    assert ran.returncode == 0, ran.stdout
