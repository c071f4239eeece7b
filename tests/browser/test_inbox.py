"""Staff work on one case: alone, beside a colleague, and when something is refused."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Route, expect

from parley.store import SERVER_TIME, Merge, Query, Set
from schema import paths
from schema.limits import CHAT_BODY
from tests.browser.inbox import answer, ask, line_of, new_cases, new_service, open_case, said
from tests.browser.site import Pages
from tests.browser.test_two_chat import bubble, say

HTML: FilePayload = {"name": "run.html", "mimeType": "text/html", "buffer": b"<p>hi</p>"}


def test_of_two_who_claim_in_the_same_moment_one_is_told_who_has_the_case(pages: Pages) -> None:
    service = new_service(pages, "Claims")
    new_cases(pages, service, ["Una"])
    screens = {
        name: open_case(pages.working(name, service=service), "Una") for name in ("Sam", "Tom")
    }
    held: list[Route] = []
    for screen in screens.values():
        screen.route("**/updateCase", lambda route: held.append(route))
        with screen.expect_request("**/updateCase"):
            screen.get_by_role("button", name="Claim").click()
    # Both have clicked, and neither has been heard.
    for route in held:
        route.continue_()

    for screen in screens.values():
        theirs = screen.get_by_role("button", name=re.compile("Assignee: (Me|Sam|Tom)"))
        expect(theirs).to_be_visible()
    winners = [
        name
        for name, screen in screens.items()
        if screen.get_by_role("button", name="Assignee: Me").is_visible()
    ]
    assert len(held) == 2
    assert len(winners) == 1
    (loser,) = set(screens) - set(winners)
    told = screens[loser].get_by_text(f"{winners[0]} has this case already")
    expect(told).to_be_visible()
    expect(screens[winners[0]].get_by_text("has this case already")).to_have_count(0)


def test_colleagues_see_who_looks_who_types_what_is_unsent_and_notes(pages: Pages) -> None:
    service = new_service(pages, "Desk")
    (chat_id,) = new_cases(pages, service, ["Ugo"])
    sam, tia = pages.working("Sam", service=service), pages.working("Tia", service=service)
    his, hers = open_case(sam, "Ugo"), open_case(tia, "Ugo")
    expect(hers.get_by_text("Sam is looking")).to_be_visible()

    his.get_by_role("textbox", name="Reply").press_sequentially("We are checking")
    expect(hers.get_by_text("Sam is typing")).to_be_visible()
    expect(hers.get_by_text("“We are checking”")).to_be_visible()

    his.get_by_role("link", name="Campaigns").click()
    expect(hers.get_by_text("Sam has unsent text")).to_be_visible()
    again = open_case(sam, "Ugo")
    expect(again.get_by_role("textbox", name="Reply")).to_have_value("We are checking")

    # A note that names a colleague, and is put right by who wrote it.
    again.get_by_text("Note", exact=True).click()
    note = again.get_by_role("textbox", name="Note")
    note.press_sequentially("Ask @Ti")
    again.get_by_role("list", name="Mention a colleague").get_by_role("button").click()
    note.press_sequentially("on it")
    expect(note).to_have_value("Ask @Tia on it")
    note.press("Enter")
    hers_shown, his_shown = (screen.locator("[data-note]") for screen in (hers, again))
    expect(hers_shown).to_contain_text("Ask @Tia on it")
    hers_shown.get_by_role("button", name="More for this note").click()
    expect(hers.get_by_role("menuitem", name="Copy the text")).to_be_visible()
    expect(hers.get_by_role("menuitem", name="Edit the note")).to_have_count(0)
    his_shown.get_by_role("button", name="More for this note").click()
    again.get_by_role("menuitem", name="Edit the note").click()
    again.get_by_role("textbox", name="Edit the note").fill("Ask @Tia about it")
    again.get_by_role("button", name="Save", exact=True).click()
    expect(hers_shown).to_contain_text("Ask @Tia about it")
    expect(hers_shown).to_contain_text("edited")
    (stored,) = pages.site.find(Query(f"{paths.chat(chat_id)}/notes"))
    assert stored.fields["mentions"] == [tia.uid]


def test_a_canned_answer_that_lacks_a_value_is_sent_once_somebody_has_put_it_in(
    pages: Pages,
) -> None:
    body = "Dear {{ user.displayName }}, order {{ user.attributes.order }} is on its way."
    canned = {"shortcut": "way", "name": "On its way", "body": body}
    shelf = paths.canned_answer("acme", "way")
    pages.site.write([Set(shelf, canned | {"updatedAt": SERVER_TIME, "updatedBy": "sam"})])
    ivo, sam = pages.chatting("Ivo"), pages.working("Sam")
    his = ask(ivo, "When?")
    page = open_case(sam, "Ivo")
    reply = page.get_by_role("textbox", name="Reply")
    reply.press_sequentially("Hello! /wa")
    expect(page.get_by_role("list", name="Canned answers").get_by_text("/way")).to_be_visible()
    reply.press("Enter")

    gap = "⟦user.attributes.order⟧"
    expect(reply).to_have_value(f"Hello! Dear Ivo, order {gap} is on its way.")
    expect(page.get_by_role("alert")).to_contain_text("Ivo has no user.attributes.order")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    reply.press("Enter")
    expect(page.get_by_role("button", name="Send now")).to_have_count(0)

    reply.fill(reply.input_value().replace(gap, "17"))
    expect(page.get_by_role("alert")).to_have_count(0)
    reply.press("Enter")
    page.get_by_role("button", name="Send now").click()
    expect(bubble(his, "Hello! Dear Ivo, order 17 is on its way.")).to_be_visible()


def test_a_text_that_is_too_long_is_not_cut_and_not_sent(pages: Pages) -> None:
    long = "a" * (CHAT_BODY + 2)
    una, sam = pages.chatting("Lana"), pages.working("Sam")
    hers = ask(una, "May I?")
    for page, name in ((open_case(sam, "Lana"), "Reply"), (hers, "Message")):
        field = page.get_by_role("textbox", name=name)
        field.fill(long)
        expect(page.get_by_text("2 characters too long.")).to_be_visible()
        expect(field).to_have_value(long)
        send = page.get_by_role("button", name="Send", exact=True)
        expect(send).to_be_disabled()
        field.fill("Short")
        expect(send).to_be_enabled()


def test_a_note_that_was_begun_is_there_when_one_comes_back_to_its_case(pages: Pages) -> None:
    service = new_service(pages, "Notes")
    new_cases(pages, service, ["Una", "Ugo"])
    sam = pages.working("Sam", service=service)
    page = open_case(sam, "Una")
    page.get_by_text("Note", exact=True).click()
    page.get_by_role("textbox", name="Note").fill("Asked twice")
    line_of(page, "Ugo").click()
    expect(page.get_by_role("heading", name="Ugo").first).to_be_visible()
    line_of(page, "Una").click()
    page.get_by_text("Note", exact=True).click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Asked twice")
    page.get_by_role("textbox", name="Note").press("Enter")
    note = page.locator("article[data-note]")
    expect(note).to_contain_text("Asked twice")

    # It is removed once one has said so twice, and the case is unread without a keyboard.
    note.get_by_role("button", name="More for this note").click()
    page.get_by_role("menuitem", name="Remove the note").click()
    expect(note).to_be_visible()
    page.get_by_role("menuitem", name="Remove it for good?").click()
    expect(note).to_have_count(0)
    page.get_by_role("button", name="More for this case").click()
    page.get_by_role("menuitem", name="Mark as unread").click()
    expect(line_of(page, "Una").get_by_text("unread", exact=True)).to_be_attached()


def test_a_refused_answer_shows_why_and_is_sent_again_under_its_id(pages: Pages) -> None:
    una, sam = pages.chatting("Olga"), pages.working("Sam")
    hers = ask(una, "May I?")
    page = open_case(sam, "Olga")
    role = paths.staff("acme", sam.uid)
    pages.site.write([Merge(role, {"role": "viewer"})])
    answer(page, "You may.")
    refused = said(page, "You may.")
    expect(refused.get_by_role("alert")).to_be_visible()
    told = refused.get_by_role("alert").inner_text()
    first = refused.get_attribute("data-message")
    expect(bubble(hers, "You may.")).to_have_count(0)

    pages.site.write([Merge(role, {"role": "owner"})])
    refused.get_by_role("button", name="Try again").click()
    expect(bubble(hers, "You may.")).to_be_visible()
    expect(said(page, "You may.").get_by_role("alert")).to_have_count(0)
    assert said(page, "You may.").get_attribute("data-message") == first
    assert len(told.split()) > 4, told

    # One that is refused after its case was left is told of elsewhere, and is in the case still.
    pages.site.write([Merge(role, {"role": "viewer"})])
    reply = page.get_by_role("textbox", name="Reply")
    reply.fill("Until six.")
    reply.press("Enter")
    page.get_by_role("link", name="Campaigns").click()
    notice = page.get_by_role("alert").filter(has_text="An answer was not sent")
    expect(notice).to_contain_text("Until six.")
    pages.site.write([Merge(role, {"role": "owner"})])
    notice.get_by_role("button", name="Open the case").click()
    expect(reply).to_have_value("Until six.")
    expect(notice).to_have_count(0)
    reply.press("Enter")
    page.get_by_role("button", name="Send now").click()
    expect(bubble(hers, "Until six.")).to_have_count(1)


def test_a_case_that_is_snoozed_until_the_next_reply_is_back_when_the_person_writes(
    pages: Pages,
) -> None:
    eva, sam = pages.chatting("Eva"), pages.working("Sam")
    hers = ask(eva, "I will send the photo")
    page = open_case(sam, "Eva")
    page.get_by_role("button", name="Snooze").click()
    page.get_by_role("menuitem", name="For a week").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(line_of(page, "Eva")).to_have_count(0)
    page = open_case(sam, "Eva", "snoozed")
    marks = line_of(page, "Eva").get_by_label("Snoozed")
    expect(marks).to_have_accessible_name(re.compile(r"Snoozed until \d+ \w+, 0?9:00"))
    page.get_by_role("button", name="Snooze").click()
    page.get_by_role("menuitem", name="Until the next reply").click()
    expect(marks).to_have_accessible_name("Snoozed")

    say(hers, "Here it is")
    expect(line_of(page, "Eva")).to_have_count(0)
    page.get_by_role("link", name="Open").first.click()
    expect(line_of(page, "Eva")).to_contain_text("Here it is")
    expect(page.get_by_role("button", name="Reopen")).to_have_count(0)


def test_a_reply_quotes_its_message_and_files_go_both_ways_or_are_removed(pages: Pages) -> None:
    zoe, sam = pages.chatting("Zoe"), pages.working("Sam")
    hers = ask(zoe, "Which one?")
    page = open_case(sam, "Zoe")
    shot: FilePayload = {"name": "this.png", "mimeType": "image/png", "buffer": page.screenshot()}
    files = page.locator("input[type=file]")
    files.set_input_files([HTML, shot])
    expect(page.get_by_text("run.html could not be uploaded")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Remove run.html").click()
    expect(page.locator("li[data-state=uploaded]")).to_have_count(1)
    said(page, "Which one?").get_by_role("button", name="More for this message").click()
    page.get_by_role("menuitem", name="Reply to it").click()
    expect(page.get_by_text("Reply to Zoe:")).to_be_visible()
    answer(page, "This one")

    expect(said(page, "This one")).to_contain_text("Which one?")
    expect(page.get_by_text("Reply to Zoe:")).to_have_count(0)
    expect(bubble(hers, "This one")).to_contain_text("Which one?")
    shown = bubble(hers, "This one").get_by_role("img", name="this.png")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") > 0
    hers.locator("input[type=file]").set_input_files([shot | {"name": "back.png"}])
    expect(hers.locator("li[data-state=uploaded]")).to_have_count(1)
    say(hers, "Mine is like this")
    his = said(page, "Mine is like this").get_by_role("img", name="back.png")
    expect(his).to_be_visible()
    assert his.evaluate("image => image.naturalWidth") > 0


def test_a_link_to_a_case_opens_the_service_of_the_case(pages: Pages) -> None:
    service = new_service(pages, "Linked")
    new_cases(pages, service, ["Lea"])
    sam = pages.working("Sam", service=service)
    page = open_case(sam, "Lea")
    link = page.url
    # Last they worked on another service.
    page.add_init_script("localStorage.setItem('parley.serviceId', 'acme')")
    page.goto(link)
    expect(page.get_by_role("region", name="Case of Lea")).to_be_visible()
    expect(line_of(page, "Lea")).to_be_visible()


def test_whoever_has_no_role_in_the_service_of_a_link_is_led_to_their_own_inbox(
    pages: Pages,
) -> None:
    service = new_service(pages, "Foreign")
    new_cases(pages, service, ["Lia"])
    owner = pages.working("Owner", service=service)
    link = open_case(owner, "Lia").url
    page = pages.working("Sam").page
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text(service)
    page.get_by_label("Service").fill("acme")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/inbox(\?.*)?$"))
