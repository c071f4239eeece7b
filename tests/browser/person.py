"""Somebody who chats in a browser."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect


class Person:
    """Somebody with one browser profile: their pages are the tabs of it."""

    def __init__(self, context: BrowserContext, site: str, failures: list[str]) -> None:
        self.context = context
        self.site = site
        self.failures = failures
        self.uid = ""

    def tab(self, **asked: str | int) -> Page:
        """Another tab, on a chat or on another way to Firestore."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        page.goto(f"{self.site}?{query}")
        expect(page.locator("body")).to_have_attribute("data-ready", "true")
        return page

    def sign_up(self, name: str, **asked: str | int) -> Page:
        """The first tab, signed in, with its list of chats live."""
        page = self.tab(**asked)
        page.get_by_placeholder("Your name").fill(name)
        page.get_by_role("button", name="Sign up").click()
        expect(page.locator("#me")).not_to_be_empty()
        expect(page.locator("#chats")).to_have_attribute("data-live", "true")
        self.uid = page.locator("#me").inner_text()
        return page
