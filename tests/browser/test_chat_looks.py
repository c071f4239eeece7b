"""The pages of the chat client: light or dark, from right to left, on the narrowest screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.looks import LOOKS, direction, look_at, picture
from tests.browser.site import Language, Pages, Scheme, Visitor


def converse(one: Visitor, other: Visitor) -> None:
    """Let two people say something, by the pages."""
    page = one.go(f"/chat/new?with={other.uid}")
    page.locator("form button[type=submit]").first.click()
    box = page.locator("main form textarea:not([tabindex])")
    expect(box).to_be_visible()
    box.fill(
        "https://parley.example/a-very-long-address-without-any-space-that-has-to-break-somewhere"
    )
    box.press("Enter")
    expect(page.locator("main li[data-state=sent]")).to_have_count(1)


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_chat_client_is_accessible_and_fits_the_narrowest_screen(
    pages: Pages, language: Language, scheme: Scheme
) -> None:
    wrong: list[str] = []
    signed_out = pages.site.page(language=language, scheme=scheme)
    signed_out.goto(f"{pages.site.address}/chat/")
    expect(signed_out.locator("input[type=email]")).to_be_visible()
    look_at(signed_out, "sign-in", wrong)

    ann = pages.chatting("Ann", language=language, scheme=scheme)
    converse(ann, pages.site.somebody("Ben"))
    assert direction(ann.page) == ("rtl" if language == "ar" else "ltr")
    look_at(ann.page, "chat", wrong)
    picture(ann.page, f"chat-{language}-{scheme}")
    ann.page.locator("main header button").last.click()
    expect(ann.page.get_by_role("dialog")).to_be_visible()
    look_at(ann.page, "details", wrong)
    for name, path in (("list", "/chat/"), ("new", "/chat/new"), ("settings", "/chat/settings")):
        page = ann.go(path)
        expect(page.locator("h1, h2").first).to_be_attached()
        expect(page.locator("nav [data-live=true]")).to_be_attached()
        look_at(page, name, wrong)
    assert not wrong, "\n".join(wrong)
