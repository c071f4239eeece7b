"""What somebody does by keys alone: find a command in the bar, and go from field to field."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 80
"""More than a page of the dashboard has between two fields."""


def command(page: Page, words: str) -> None:
    """Run the first command that these words find in the command bar."""
    page.keyboard.press("Control+k")
    search = page.get_by_role("textbox", name="What do you want to do?")
    expect(search).to_be_focused()
    page.keyboard.type(words)
    expect(page.get_by_role("dialog").get_by_role("button").first).to_contain_text(words)
    page.keyboard.press("Enter")
    expect(search).to_have_count(0)


def tab_to(page: Page, field: Locator) -> None:
    """Press Tab until a field has the focus."""
    expect(field).to_be_visible()
    for _ in range(MOST_STOPS):
        if field.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_STOPS} times Tab led to no {field}")
