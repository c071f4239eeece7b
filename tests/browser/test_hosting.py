"""How Hosting serves the pages: what is kept for a year, what is asked for each time."""

from __future__ import annotations

import re

import httpx
import pytest

from emulator.binaries import ROOT
from emulator.site import SITE

FOREVER = "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "/assets/"),
        ("/inbox/ann:service:acme", "/assets/"),
        ("/campaigns/c1", "/assets/"),
        ("/chat/", "/chat/assets/"),
        ("/chat/chats/ann%3Aben", "/chat/assets/"),
        ("/chat/new", "/chat/assets/"),
        ("/demo/", "/demo/assets/"),
    ],
)
def test_an_address_of_a_page_leads_to_it_and_is_asked_for_each_time(
    hosted: str, path: str, page: str
) -> None:
    answer = httpx.get(f"{hosted}{path}")

    assert answer.status_code == 200
    assert f'src="{page}' in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("page", ["/", "/chat/", "/demo/"])
def test_what_has_a_hash_in_its_name_is_kept_for_a_year(hosted: str, page: str) -> None:
    script = re.search(r'src="([^"]+\.js)"', httpx.get(f"{hosted}{page}").text)
    assert script is not None

    answer = httpx.get(f"{hosted}{script[1]}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOREVER)


@pytest.mark.parametrize("path", ["/assets/gone-1.js", "/chat/assets/gone-1.js", "/webhooks/none"])
def test_what_is_not_there_is_no_page(hosted: str, path: str) -> None:
    assert httpx.get(f"{hosted}{path}").status_code == 404


def test_the_service_worker_is_asked_for_each_time(hosted: str) -> None:
    answer = httpx.get(f"{hosted}/chat/sw.js")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert "import" not in answer.text.split(";")[0]


def test_colours_are_left_to_the_browser_to_choose_by_scheme(hosted: str) -> None:
    sheets = list((ROOT / SITE).rglob("*.css"))

    assert sheets, hosted
    # What the build puts in the place of `light-dark()` for older browsers; Mantine never sets it.
    assert [sheet.name for sheet in sheets if "--lightningcss-" in sheet.read_text()] == []
