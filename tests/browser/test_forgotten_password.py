"""Who has forgotten their password has a link to a new one sent."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from emulator.stack import Stack
from tests.browser.site import Pages


def test_an_account_gets_an_email_and_the_page_says_the_same_of_any_address(
    pages: Pages, stack: Stack
) -> None:
    gus = pages.site.somebody("Gus")
    page = gus.go("/chat/")
    for address in ("nobody@example.com", gus.resident.email):
        page.get_by_role("textbox", name="Email").fill(address)
        page.get_by_role("button", name="Forgot your password?").click()
        told = page.get_by_role("status")
        expect(told).to_contain_text(f"If {address} has an account, an email")
        expect(page.get_by_role("alert")).to_have_count(0)

    host, project = (
        stack.environment[name] for name in ("FIREBASE_AUTH_EMULATOR_HOST", "GCLOUD_PROJECT")
    )
    sent = httpx.get(f"http://{host}/emulator/v1/projects/{project}/oobCodes").json()["oobCodes"]
    resets = {one["email"] for one in sent if one["requestType"] == "PASSWORD_RESET"}
    assert gus.resident.email in resets
    assert "nobody@example.com" not in resets
