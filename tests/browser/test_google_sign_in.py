"""Staff sign in with a Google account, as the Auth emulator has them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.site import DESK, Pages


def test_staff_sign_in_with_their_google_account(pages: Pages) -> None:
    gus = pages.site.somebody("Gus", is_staff=True, viewport=DESK)
    page = gus.go("/inbox")
    google = page.get_by_role("button", name="Sign in with Google")
    google.click()
    expect(page.get_by_role("alert")).to_contain_text("Type the address of the account first")
    page.get_by_role("textbox", name="Email").fill(gus.resident.email)
    google.click()

    expect(page.get_by_role("button", name="Account of Gus")).to_be_visible()


def test_a_google_account_without_a_role_sees_nothing_of_a_service(pages: Pages) -> None:
    page = pages.site.page(viewport=DESK)
    page.goto(f"{pages.site.address}/inbox")
    page.get_by_role("textbox", name="Email").fill("stranger@example.com")
    page.get_by_role("button", name="Sign in with Google").click()

    expect(page.get_by_role("alert")).to_contain_text("default")
    expect(page.get_by_role("navigation", name="Pages")).to_have_count(0)
