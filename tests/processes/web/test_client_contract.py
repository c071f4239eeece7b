"""The examples of `docs/reference/client-contract.md` fit the library, by the compiler's word."""

from __future__ import annotations

from tests.client_library import check_examples
from tests.node_tools import ROOT


def test_the_typescript_examples_compile_against_the_library() -> None:
    ran = check_examples(ROOT / "docs" / "reference" / "client-contract.md")

    assert ran.returncode == 0, ran.stdout
