"""The demo page plays its scenario to the end and shows all that leaves."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import expect

from emulator.sign_ins import settle
from emulator.stack import Stack
from tests.browser.looks import grave_findings, picture, sideways
from tests.browser.site import NARROWEST, Pages

SCENARIO_MS = 400_000.0
SCREEN = {"width": 1500, "height": 1300}


@pytest.fixture
def residents(stack: Stack) -> Iterator[None]:
    """The people whom a stack that a person starts has from the beginning; faults end with them."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        aside.submit(settle, stack.environment).result()
    yield
    httpx.put(f"{stack.environment['PARLEY_FCM_URL']}/_/faults", json=[]).raise_for_status()


@pytest.mark.usefixtures("residents")
def test_the_demo_plays_to_its_end_and_all_that_leaves_is_shown(pages: Pages) -> None:
    page = pages.site.page(viewport=SCREEN)
    page.goto(f"{pages.site.address}/demo/?play=no")
    for name in ("Ann Lee", "Ben Vogt", "Dina Haddad"):
        phone = page.frame_locator(f"iframe[title='Phone of {name}']")
        expect(phone.locator("nav [data-live=true]")).to_be_attached()
    page.get_by_role("combobox", name="Push", exact=True).click()
    page.get_by_role("option", name="Half of the calls answer 503").click()

    page.get_by_role("button", name="Play").click()
    playing = page.locator("[data-play]")
    expect(playing).to_have_attribute("data-play", "over", timeout=SCENARIO_MS)

    ben = page.frame_locator("iframe[title='Phone of Ben Vogt']")
    expect(ben.get_by_text("Sunday hike").first).to_be_attached()
    for channel in ("push", "sms", "mail"):
        expect(page.locator(f"li[data-channel={channel}]").first).to_be_visible()
    expect(page.get_by_text("refused with 503").first).to_be_visible()
    picture(page, "demo")

    found = grave_findings(page)
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    assert (found, sideways(page)) == ([], 0)
