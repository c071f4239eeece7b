"""What Chromium loads for a page, gzipped, is no more than the page may weigh."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from bench.pages.weights import KB, LIMITS, packed
from tests.browser.site import DESK, Pages

SIGN_IN = LIMITS["sign-in page"]


def weigh(page: Page, site: str, path: str, shown: str) -> float:
    """Open a page; answer the kilobytes that it loads from Hosting until it shows something."""
    heard: list[Response] = []
    # Playwright takes no bound method of a list.
    page.on("response", lambda response: heard.append(response))
    page.goto(f"{site}{path}")
    expect(page.locator(shown).first).to_be_visible()
    loaded = [one for one in heard if one.url.startswith(site) and one.ok]
    return sum(packed(one.body()) for one in loaded) / KB


@pytest.mark.parametrize("path", ["/inbox", "/chat/"])
def test_a_sign_in_page_loads_little(pages: Pages, path: str) -> None:
    page = pages.site.page(viewport=DESK)
    assert 20 < weigh(page, pages.site.address, path, "input[type=email]") <= SIGN_IN


def test_a_new_campaign_loads_no_more_than_shell_and_route(pages: Pages) -> None:
    visitor = pages.working("Sam")
    page = visitor.page.context.new_page()
    control = page.context.new_cdp_session(page)
    control.send("Network.setCacheDisabled", {"cacheDisabled": True})
    loaded = weigh(page, visitor.site, "/campaigns/new", "input[type=radio]")
    assert SIGN_IN < loaded <= LIMITS["shell"] + LIMITS["route"]
