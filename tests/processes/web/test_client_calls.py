"""Each callable has a typed call in the library."""

from __future__ import annotations

import re

from tests.client_library import CLIENT
from tests.node_tools import ROOT


def test_every_callable_has_a_typed_call() -> None:
    table = (ROOT / "functions" / "callable_table.py").read_text(encoding="utf-8")
    offered = re.findall(r'^    Row\(\s*"(\w+)"', table, re.MULTILINE)
    calls = (CLIENT / "src" / "calls.ts").read_text(encoding="utf-8")

    assert len(offered) >= 32
    assert sorted(offered) == sorted(re.findall(r"^  (\w+): Call<", calls, re.MULTILINE))
