"""Staff answer a case on the dashboard, and the person reads the answer on the phone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.inbox import ask, open_case
from tests.browser.looks import picture
from tests.browser.site import Pages
from tests.browser.test_two_chat import bubble

COLOUR_BEHIND = """function behind(element) {
  const colour = getComputedStyle(element).backgroundColor;
  return colour === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : colour;
}"""
"""The first colour that is not transparent, of an element and those around it."""


def test_staff_answer_and_the_person_sees_no_note(pages: Pages) -> None:
    name = "Ida"
    ida, sam = pages.chatting(name), pages.working("Sam")
    hers = ask(ida, "Where is my parcel?")
    his = open_case(sam, name)
    expect(his.get_by_text("Where is my parcel?").last).to_be_visible()

    his.get_by_text("Note", exact=True).click()
    his.get_by_role("textbox", name="Note").fill("She asked twice.")
    his.get_by_role("button", name="Save the note").click()
    expect(his.get_by_text("She asked twice.")).to_be_visible()
    his.get_by_text("Reply", exact=True).click()
    his.get_by_role("textbox", name="Reply").fill("On its way.")
    his.get_by_role("button", name="Send", exact=True).click()

    expect(bubble(hers, "On its way.")).to_be_visible()
    expect(hers.get_by_text("She asked twice.")).to_have_count(0)
    colours = {
        his.get_by_text(text).last.evaluate(COLOUR_BEHIND)
        for text in ("Where is my parcel?", "She asked twice.", "On its way.")
    }
    assert len(colours) == 3
    picture(his, "dashboard")


def test_an_answer_is_taken_back_before_it_is_sent(pages: Pages) -> None:
    name = "Ole"
    ole, sam = pages.chatting(name), pages.working("Sam")
    his = ask(ole, "Hello?")
    page = open_case(sam, name)
    page.get_by_role("textbox", name="Reply").fill("Not so fast")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("textbox", name="Reply")).to_have_value("Not so fast")
    expect(his.get_by_text("Not so fast")).to_have_count(0)


def test_a_case_that_one_claims_is_theirs_on_every_screen(pages: Pages) -> None:
    name = "Una"
    una, sam, tom = pages.chatting(name), pages.working("Sam"), pages.working("Tom")
    ask(una, "Anybody there?")
    screens = [open_case(one, name) for one in (sam, tom)]
    screens[0].get_by_role("button", name="Claim").click()

    for screen, who in zip(screens, ("Me", "Sam"), strict=True):
        expect(screen.get_by_role("button", name=f"Assignee: {who}")).to_be_visible()


def test_the_menu_of_the_account_opens_and_signs_out(pages: Pages) -> None:
    page = pages.working("Sam").page
    page.get_by_role("button", name="Account of Sam").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.locator("input[type=email]")).to_be_visible()
