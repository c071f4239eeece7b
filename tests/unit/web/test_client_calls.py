"""Each callable of chats, cases and reports has a typed call in the library."""

from __future__ import annotations

import re

from tests.client_library import CLIENT
from tests.node_tools import ROOT

CALLABLES = ("chats", "members", "updates", "reports")
"""The modules of `functions/callables/` whose callables an app or a dashboard's chats need."""


def test_every_callable_of_chats_cases_and_reports_has_a_call() -> None:
    offered = [
        name
        for module in CALLABLES
        for name in re.findall(
            r"^@on_call\(.*?^def (\w+)\(",
            (ROOT / "functions" / "callables" / f"{module}.py").read_text(encoding="utf-8"),
            re.MULTILINE | re.DOTALL,
        )
    ]
    calls = (CLIENT / "src" / "calls.ts").read_text(encoding="utf-8")

    assert len(offered) >= 13
    assert sorted(offered) == sorted(re.findall(r"^  (\w+): Call<", calls, re.MULTILINE))
