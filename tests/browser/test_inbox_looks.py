"""The inbox in each look: light or dark, from right to left, on the narrowest screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from parley.store import SERVER_TIME, Set, Value
from schema import ids, paths
from tests.browser.inbox import new_cases, new_service
from tests.browser.looks import LOOKS, direction, look_at, picture
from tests.browser.site import Language, Pages, Scheme


def converse(pages: Pages, service: str, chat_id: str) -> None:
    """Write what a thread can show: words of both, a campaign, an SMS, an event, a note."""
    person = chat_id.split(":")[0]
    ours: dict[str, Value] = {"senderId": ids.service_member(service), "staffId": "somebody"}
    link = "https://parley.example/an-address-without-any-space-that-has-to-break-somewhere"
    said: list[dict[str, Value]] = [
        {"senderId": person, "body": f"Where is it? {link}"},
        ours | {"body": "On its way.", "editedAt": SERVER_TIME},
        {"senderId": ids.service_member(service), "body": "A sale!", "campaignId": "sale"},
        {"senderId": person, "body": "By text", "via": "sms"},
    ]
    messages = [
        Set(paths.message(chat_id, f"m{number}"), fields | {"createdAt": SERVER_TIME})
        for number, fields in enumerate(said)
    ]
    note = {"staffId": "somebody", "body": "Asked twice", "createdAt": SERVER_TIME}
    pages.site.write([*messages, Set(paths.chat_note(chat_id, "n1"), note)])


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_inbox_is_accessible_and_fits_the_narrowest_screen(
    pages: Pages, language: Language, scheme: Scheme
) -> None:
    wrong: list[str] = []
    service = new_service(pages, "Looks")
    chat_id, _ = new_cases(pages, service, ["Ximena", "Yusuf"])
    converse(pages, service, chat_id)
    staff = pages.working("Sam", service=service, language=language, scheme=scheme)
    page = staff.page
    case = page.get_by_role("link").filter(has_text="Ximena")
    expect(case).to_be_visible()
    assert direction(page) == ("rtl" if language == "ar" else "ltr")
    look_at(page, "list", wrong)

    case.click()
    composer = page.locator("textarea:not([tabindex])")
    expect(composer).to_be_editable()
    expect(page.get_by_role("log").locator("[data-message]")).to_have_count(4)
    picture(page, f"inbox-{language}-{scheme}")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading")).to_be_visible()
    closed = panel.get_by_role("button", expanded=False)
    while left := closed.count():
        closed.first.click()
        expect(closed).to_have_count(left - 1)
    look_at(page, "case with the person", wrong)
    panel.get_by_role("button").first.click()
    expect(panel).to_have_count(0)
    look_at(page, "case", wrong)

    page.keyboard.press("Control+k")
    bar = page.get_by_role("dialog")
    expect(bar.get_by_role("textbox")).to_be_focused()
    look_at(page, "command bar", wrong)
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_role("heading").first).to_be_visible()
    look_at(page, "keys", wrong)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("x")
    page.keyboard.press("f")
    expect(page.locator("[aria-expanded=true]").first).to_be_visible()
    look_at(page, "filter and selection", wrong)
    assert not wrong, "\n".join(wrong)
