"""Two people talk through the chat client, each in a browser of their own."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.site import Pages, Visitor

PDF: FilePayload = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 a plan"}
SCRIPT: FilePayload = {
    "name": "run.html",
    "mimeType": "text/html",
    "buffer": b"<script>alert(1)</script>",
}


def begin(visitor: Visitor, other: Visitor) -> Page:
    """Open the direct chat with somebody by their link."""
    page = visitor.go(f"/chat/new?with={other.uid}")
    page.get_by_role("button", name="Start the chat").click()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    return page


def enter(page: Page, name: str) -> None:
    """Open a chat of the list."""
    page.get_by_role("navigation").get_by_role("link").filter(has_text=name).click()
    expect(page.locator("main [data-live]")).to_have_attribute("data-live", "true")


def say(page: Page, body: str) -> None:
    page.get_by_role("textbox", name="Message").fill(body)
    page.get_by_role("button", name="Send", exact=True).click()


def bubble(page: Page, text: str) -> Locator:
    """Return the message of this text; what a reply quotes of it is no paragraph."""
    return page.locator("main li[data-state]").filter(has=page.locator("p", has_text=text))


def act(page: Page, text: str, action: str) -> None:
    """Choose an action of a message's menu."""
    bubble(page, text).get_by_role("button", name="Options of the message").click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def test_two_people_talk_reply_react_edit_and_delete(pages: Pages) -> None:
    ann, ben = pages.chatting("Ann"), pages.chatting("Ben")
    hers, his = begin(ann, ben), ben.page
    say(hers, "Hello Ben")
    expect(his.get_by_label("1 unread message")).to_be_visible()
    enter(his, "Ann")
    expect(bubble(his, "Hello Ben")).to_be_visible()
    expect(bubble(hers, "Hello Ben").get_by_label("Seen")).to_be_visible()

    his.get_by_role("textbox", name="Message").press_sequentially("Hel")
    expect(hers.get_by_text("Ben is typing…")).to_be_visible()
    his.get_by_role("textbox", name="Message").fill("")
    act(his, "Hello Ben", "Reply")
    say(his, "Helo Ann")
    expect(bubble(hers, "Helo Ann")).to_contain_text("Hello Ben")

    act(his, "Helo Ann", "Edit")
    say(his, "Hello Ann, how are you?")
    expect(bubble(hers, "how are you?")).to_contain_text("edited")
    act(hers, "how are you?", "React with ❤️")
    expect(bubble(his, "how are you?").get_by_role("button", name="❤️")).to_be_visible()
    act(hers, "Hello Ben", "Delete")
    expect(bubble(his, "Hello Ben")).to_be_visible()
    hers.get_by_role("menuitem", name="Delete it for everybody?").click()
    expect(bubble(his, "This message was deleted.")).to_be_visible()


def test_files_go_with_a_message_and_the_rules_refuse_what_a_browser_would_run(
    pages: Pages,
) -> None:
    ann, ben = pages.chatting("Ann"), pages.chatting("Ben")
    hers, his = begin(ann, ben), ben.page
    shot = hers.screenshot()
    picture: FilePayload = {"name": "view.png", "mimeType": "image/png", "buffer": shot}
    files = hers.locator("input[type=file]")

    files.set_input_files([SCRIPT])
    expect(hers.get_by_text("run.html could not be uploaded")).to_be_visible()
    expect(hers.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    hers.get_by_role("button", name="Remove run.html").click()
    files.set_input_files([picture, PDF])
    expect(hers.locator("li[data-state=uploaded]")).to_have_count(2)
    say(hers, "Look")

    enter(his, "Ann")
    shown = bubble(his, "Look").get_by_role("img", name="view.png")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") > 0
    link = bubble(his, "Look").get_by_role("link", name="plan.pdf")
    expect(link).to_have_attribute("href", re.compile("^blob:"))
    size = link.evaluate("async ({href}) => (await (await fetch(href)).blob()).size")
    assert size == len(PDF["buffer"])


def test_a_reload_offline_shows_the_thread_and_what_is_written_then_arrives_later(
    pages: Pages,
) -> None:
    ann, ben = pages.chatting("Ann"), pages.chatting("Ben")
    hers, his = begin(ann, ben), ben.page
    say(hers, "Before the tunnel")
    enter(his, "Ann")
    expect(bubble(his, "Before the tunnel")).to_be_visible()
    expect(bubble(hers, "Before the tunnel").get_by_label("Seen")).to_be_visible()
    hers.wait_for_function(
        """async () => {
          for (const name of await caches.keys()) {
            if (await (await caches.open(name)).match('/chat/')) return true;
          }
          return false;
        }"""
    )

    hers.context.set_offline(True)
    hers.reload()
    expect(hers.get_by_text("No connection.")).to_be_visible()
    expect(bubble(hers, "Before the tunnel")).to_be_visible()
    say(hers, "In the tunnel")
    expect(bubble(hers, "In the tunnel").get_by_label("Sending")).to_be_visible()
    kept = hers.evaluate(
        "async () => Promise.all((await caches.keys()).map(async (name) => "
        "(await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname)))"
    )
    assert all(path.startswith(("/chat/", "/__/firebase/")) for paths in kept for path in paths)
    hers.context.set_offline(False)
    expect(bubble(his, "In the tunnel")).to_be_visible()
    expect(bubble(hers, "In the tunnel").get_by_label("Seen")).to_be_visible()


def test_a_stranger_is_invited_to_a_group_and_a_search_finds_what_was_said(pages: Pages) -> None:
    ann, ben = pages.chatting("Ann"), pages.chatting("Ben")
    hers, his = ann.go("/chat/new"), ben.page
    hers.get_by_label("Name of the group").fill("Hikers")
    people = hers.get_by_role("combobox", name="Ids of its people")
    people.fill(ben.uid)
    people.press("Enter")
    hers.get_by_role("button", name="Create the group").click()
    expect(hers.get_by_role("textbox", name="Message")).to_be_visible()
    say(hers, "We meet at nine")

    his.get_by_role("button", name="Accept").click()
    expect(bubble(his, "We meet at nine")).to_be_visible()
    box = his.get_by_role("textbox", name="Message")
    box.press_sequentially("@An")
    his.get_by_role("option", name="Ann").click()
    box.press_sequentially("I come at ten")
    his.get_by_role("button", name="Send", exact=True).click()
    expect(bubble(hers, "I come at ten").locator("strong")).to_have_text("@Ann")

    hers.get_by_role("button", name="Search in the messages").click()
    hers.get_by_label("Search in the loaded messages").fill("at")
    expect(hers.get_by_text("2 of 2")).to_be_visible()
    hers.get_by_role("button", name="Previous match").click()
    expect(hers.locator("li[data-found]")).to_contain_text("We meet at nine")

    hers.get_by_role("button", name="Details of Hikers").click()
    hers.get_by_role("button", name="Options of Ben").click()
    hers.get_by_role("menuitem", name="Make an admin").click()
    expect(hers.locator(f"li[data-member='{ben.uid}']")).to_contain_text("admin")


def test_a_push_is_shown_by_the_service_worker_to_who_turned_them_on(pages: Pages) -> None:
    ann, ben = pages.chatting("Ann"), pages.chatting("Ben")
    his = ben.go("/chat/settings")
    his.get_by_role("button", name="Turn on").click()
    expect(his.get_by_role("button", name="Turn off")).to_be_visible()

    hers = begin(ann, ben)
    say(hers, "Ring")
    his.wait_for_function(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration('/chat/');
          const shown = (await registration?.getNotifications()) ?? [];
          return shown.some(({title, body}) => title === 'Ann' && body === 'Ring');
        }"""
    )


def test_somebody_who_is_blocked_is_told_and_staff_decide_on_a_reported_message(
    pages: Pages,
) -> None:
    ann, ben = pages.chatting("Ann"), pages.chatting("Ben")
    hers, his = begin(ann, ben), ben.page
    say(hers, "Buy my watches")
    enter(his, "Ann")
    act(his, "Buy my watches", "Report")
    his.get_by_role("button", name="Report", exact=True).click()
    expect(his.get_by_text("The staff will look at it.")).to_be_visible()
    his.get_by_role("button", name="Details of Ann").click()
    his.get_by_role("button", name="Block", exact=True).click()
    expect(his.get_by_role("button", name="Unblock")).to_be_visible()

    say(hers, "Are you there?")
    refused = bubble(hers, "Are you there?")
    expect(refused.get_by_role("alert")).to_be_visible()
    refused.get_by_role("button", name="Discard").click()
    expect(refused).to_have_count(0)

    desk = pages.working("Sam", service="default").go("/reports")
    report = desk.get_by_role("listitem").filter(has_text="Buy my watches")
    expect(report).to_contain_text("Spam")
    expect(report.get_by_role("link", name="Ann")).to_be_visible()
    report.get_by_label("Note for the audit").fill("Sells things")
    report.get_by_role("button", name="Uphold").click()
    expect(report).to_have_count(0)


def test_a_chat_that_one_may_not_read_leads_back_to_ones_own(pages: Pages) -> None:
    ann = pages.chatting("Ann")
    page = ann.go("/chat/chats/nothing")
    expect(page.get_by_role("alert")).to_contain_text("not, or no longer, a member")
    page.get_by_role("link", name="Back to the chats").click()
    expect(page.get_by_text("No chats yet.")).to_be_visible()


def test_a_group_is_left_once_one_has_said_so_twice(pages: Pages) -> None:
    ann, ben = pages.chatting("Ann"), pages.chatting("Ben")
    begin(ann, ben)
    hers = ann.go("/chat/new")
    hers.get_by_role("textbox", name="Name of the group").fill("Plans")
    hers.get_by_role("combobox", name="Ids of its people").fill(ben.uid)
    hers.keyboard.press("Enter")
    hers.get_by_role("button", name="Create the group").click()
    enter(ben.page, "Plans")
    ben.page.get_by_role("button", name="Details of Plans").click()
    ben.page.get_by_role("button", name="Leave the group").click()
    expect(ben.page.get_by_role("listitem").filter(has_text="Ben (you)")).to_be_visible()
    ben.page.get_by_role("button", name="Leave? Somebody has to invite you back.").click()
    expect(ben.page.get_by_role("link").filter(has_text="Plans")).to_have_count(0)
