"""What a browser loads before the dashboard can be used."""

from __future__ import annotations

import json

import pytest

from tests.node_tools import ROOT, find_tool, run


@pytest.mark.slow
def test_no_page_of_the_dashboard_is_heavier_than_it_may_be() -> None:
    find_tool("vite")

    ran = run(["node", str(ROOT / "web" / "dashboard" / "sizes.mjs")])

    measured = json.loads(ran.stdout or "{}")
    assert measured.get("over") == [], ran.stderr or measured
    assert {"InboxPage", "CasePage", "CampaignPage"} <= set(measured["sizes"]["pages"])
    assert 0 < measured["sizes"]["signIn"] < measured["sizes"]["shell"]
