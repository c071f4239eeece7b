"""Staff close the page before an answer has been sent, and come back."""

from __future__ import annotations

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.inbox import new_cases, new_service, open_case, said
from tests.browser.site import Pages

TEXT = "We are checking."


def reply(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Reply")


def hold(page: Page) -> None:
    """Answer, and leave the seconds in which it can be taken back running."""
    reply(page).press("Enter")
    expect(page.get_by_role("button", name="Send now")).to_be_visible()


def close(page: Page) -> list[str]:
    """Close the page as a person does who is not to be stopped; return what the browser asked."""
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    return asked


def reopen(page: Page, link: str) -> Page:
    again = page.context.new_page()
    again.goto(link)
    expect(reply(again)).to_be_editable()
    return again


def test_an_answer_whose_page_was_closed_is_a_draft_or_was_sent_and_never_both(
    pages: Pages,
) -> None:
    service = new_service(pages, "Closing")
    new_cases(pages, service, ["Uli"])
    page = open_case(pages.working("Sam", service=service), "Uli")
    hers = open_case(pages.working("Tia", service=service), "Uli")
    context, link = page.context, page.url
    draft = hers.get_by_text(f"“{TEXT}”")
    reply(page).fill(TEXT)
    expect(draft).to_be_visible()
    hold(page)

    # Without a connection it cannot leave with the page.
    context.set_offline(True)
    assert close(page) == ["beforeunload"]
    context.set_offline(False)
    again = reopen(page, link)
    expect(reply(again)).to_have_value(TEXT)
    expect(draft).to_be_visible()
    expect(said(again, TEXT)).to_have_count(0)

    # With one it may arrive or not.
    hold(again)
    assert close(again) == ["beforeunload"]
    last = reopen(again, link)
    has_arrived = said(hers, TEXT).count() > 0
    expect(reply(last)).to_have_value("" if has_arrived else TEXT)
    if not has_arrived:
        hold(last)
        last.get_by_role("button", name="Send now").click()
    expect(said(hers, TEXT)).to_be_visible()
    expect(draft).to_have_count(0)
    expect(said(last, TEXT)).not_to_contain_text("sending")
    assert close(last) == []
    expect(reply(reopen(last, link))).to_have_value("")
    expect(said(hers, TEXT)).to_have_count(1)
