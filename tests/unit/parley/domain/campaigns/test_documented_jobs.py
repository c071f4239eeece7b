"""The campaigns that the pages show can be sent as they stand."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parley.domain.campaign_requests import PreviewCampaign
from parley.domain.campaigns.job import read_campaign

ROOT = Path(__file__).parents[5]
_BLOCK = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
GIVEN_BY_THE_COMMAND = {
    "createdBy": "ann",
    "createdAt": datetime(2026, 11, 29, tzinfo=UTC),
    "command": "start",
}


def shown() -> list[tuple[str, dict[str, Any]]]:
    """Every JSON block of the pages, with the name of its page; each is a document."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [
        (page.name, json.loads(block))
        for page in pages
        for block in _BLOCK.findall(page.read_text(encoding="utf-8"))
    ]


def jobs() -> list[tuple[str, dict[str, Any]]]:
    found = [(page, block) for page, block in shown() if "audience" in block]
    previews = [(page, block) for page, block in shown() if "job" in block]
    return found + [(page, dict(PreviewCampaign(**block).job)) for page, block in previews]


@pytest.mark.parametrize(("page", "job"), jobs(), ids=lambda each: str(each)[:20])
def test_a_campaign_of_a_page_is_one_that_the_server_takes(page: str, job: dict[str, Any]) -> None:
    campaign = read_campaign("c1", {**GIVEN_BY_THE_COMMAND, **job})

    assert campaign.service_id == "acme"


def test_readers_find_a_campaign_where_they_begin() -> None:
    assert {page for page, _ in jobs()} >= {"README.md", "getting-started.md", "campaigns-api.md"}
