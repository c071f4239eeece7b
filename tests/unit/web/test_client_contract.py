"""The examples of `docs/client-contract.md` fit the library, by the compiler's word."""

from __future__ import annotations

from tests.client_library import check_examples
from tests.node_tools import ROOT


def test_the_typescript_examples_fit_the_library() -> None:
    ran = check_examples(ROOT / "docs" / "client-contract.md")

    assert ran.returncode == 0, ran.stdout
