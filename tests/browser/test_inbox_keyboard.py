"""The inbox by the keyboard alone: every action is a command with a key, silent while one types."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.commands import command
from tests.browser.inbox import line_of, new_cases, new_service, said, view_of
from tests.browser.site import Pages


def at_case(page: Page, name: str) -> None:
    """Wait until a person's case is on the screen and can be answered."""
    expect(page.get_by_role("region", name=f"Case of {name}")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply")).to_be_editable()


def test_a_case_is_found_answered_noted_claimed_put_off_and_closed_by_keys(pages: Pages) -> None:
    service = new_service(pages, "Keys")
    new_cases(pages, service, ["Anna", "Berta"])
    page = pages.working("Sam", service=service).page
    keys = page.keyboard
    expect(line_of(page, "Berta")).to_be_visible()
    keys.press("j")
    at_case(page, "Berta")
    keys.press("j")
    at_case(page, "Anna")

    keys.press("r")
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    keys.type("Just a check: closed, noted, claimed?")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value(
        "Just a check: closed, noted, claimed?"
    )
    keys.press("Enter")
    keys.press("Escape")
    keys.press("z")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value(
        "Just a check: closed, noted, claimed?"
    )
    keys.press("r")
    keys.press("Enter")
    expect(said(page, "Just a check").get_by_label("sent")).to_be_visible()

    keys.press("Escape")
    keys.press("w")
    expect(page.get_by_role("textbox", name="Edit")).to_be_focused()
    keys.press("Control+End")
    keys.type(" And mended.")
    keys.press("Control+Enter")
    expect(said(page, "And mended.").get_by_text("edited")).to_be_visible()
    expect(page.get_by_role("textbox", name="Edit")).to_have_count(0)
    keys.press("l")
    expect(page.get_by_text("The link is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url.partition("?")[0]
    keys.press("n")
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    keys.type("Asked by phone")
    keys.press("Control+Enter")
    expect(page.get_by_role("log").get_by_text("Asked by phone")).to_be_visible()
    keys.press("Escape")
    keys.press("c")
    expect(page.get_by_role("button", name="Assignee: Me")).to_be_visible()
    keys.press("s")
    expect(page.get_by_role("menuitem", name="Until the next reply")).to_be_visible()
    keys.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Until the next reply")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(page.get_by_role("menu")).to_have_count(0)
    keys.press("Shift+E")
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_visible()
    keys.press("e")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(view_of(page, "Closed")).to_contain_text("1")


def test_pages_and_views_are_opened_by_keys_and_commands(pages: Pages) -> None:
    service = new_service(pages, "Pages")
    page = pages.working("Sam", service=service).page
    keys = page.keyboard
    expect(page.get_by_text("No open cases.")).to_be_visible()
    keys.press("7")
    expect(page).to_have_url(re.compile("view=closed"))
    command(page, "Show Snoozed")
    expect(page).to_have_url(re.compile("view=snoozed"))
    keys.press("Shift+C")
    expect(page.get_by_role("heading", name="Campaigns")).to_be_visible()
    command(page, "Go to People")
    expect(page).to_have_url(re.compile("/people"))
    keys.press("Shift+I")
    expect(page.get_by_text("Choose a case to read and answer it.")).to_be_visible()
    command(page, "Alert me of: All cases")
    page.get_by_role("button", name="Account of Sam").click()
    chosen = page.get_by_role("menuitem", name="All cases")
    expect(chosen.get_by_label("chosen")).to_be_visible()


def test_a_key_is_given_to_another_command_and_kept(pages: Pages) -> None:
    service = new_service(pages, "Mapped")
    new_cases(pages, service, ["Carla"])
    page = pages.working("Sam", service=service).page
    keys = page.keyboard
    expect(line_of(page, "Carla")).to_be_visible()
    keys.press("j")
    at_case(page, "Carla")
    keys.press("?")
    # Of a page that was not opened yet.
    expect(page.get_by_role("button", name="key of “Pause”")).to_contain_text("P")
    button = page.get_by_role("button", name="Change the key of “Close”")
    button.focus()
    keys.press("Enter")
    keys.press("y")
    expect(button).to_contain_text("Y")
    keys.press("Escape")
    expect(button).to_have_count(0)
    page.reload()
    at_case(page, "Carla")
    keys.press("e")
    keys.press("y")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
