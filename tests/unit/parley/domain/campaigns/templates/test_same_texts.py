"""Templates that a canned answer of the dashboard renders in the browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parley.domain.campaigns.templates import BodyTemplate

_FILE = Path(__file__).parents[6] / "web/dashboard/test/unit/inbox/sameTexts.json"
_SHARED: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))


@pytest.mark.parametrize(("template", "expected"), _SHARED["texts"])
def test_a_campaign_says_what_a_canned_answer_says(template: str, expected: str) -> None:
    body = BodyTemplate(template.replace("a.", "user.attributes."))

    assert body.render({"user": {"attributes": _SHARED["attributes"]}}) == expected
