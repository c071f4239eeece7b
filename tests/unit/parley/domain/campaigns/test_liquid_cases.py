"""Small templates with what Ruby's Liquid 5.13 makes of them.

``expected`` is the text; with ``refuse`` the template is refused with a reason, or gives the text
of ``or``. ``differs`` names engines that give something else.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.domain.campaigns.templates import BodyTemplate, TemplateError

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("liquid_cases.json").read_text(encoding="utf-8")
)


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The zone of the process, put back afterwards."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def rendered(case: dict[str, Any]) -> str | None:
    """The text, or None where the template is refused."""
    try:
        return BodyTemplate(case["template"]).render(case["data"])
    except TemplateError:
        return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['template']}")
def test_a_template_renders_as_in_ruby(case: dict[str, Any], zone: str) -> None:
    right = (None, case.get("or")) if case.get("refuse") else (case["expected"],)

    assert rendered(case) in right
