"""Two people in Chromium, with the official SDK and the library, against the whole stack."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.line import Line
from tests.browser.person import Person


def open_chat(page: Page, other: Person) -> None:
    page.get_by_placeholder("With whom").fill(other.uid)
    page.get_by_role("button", name="Open").click()
    expect(page.locator("#messages")).to_have_attribute("data-live", "true")


def say(page: Page, body: str) -> None:
    page.get_by_placeholder("A message").fill(body)
    page.get_by_role("button", name="Send").click()


def bodies(page: Page) -> Locator:
    return page.locator("#messages .body")


def unread(page: Page) -> Locator:
    return page.locator("#chats .unread")


def message(page: Page, body: str) -> Locator:
    return page.locator("#messages li").filter(has_text=body)


def chat_in(page: Page) -> str:
    """What the page's address says is open, which a reload opens again."""
    asked = page.url.partition("chat=")[2]
    assert asked
    return asked


def test_two_people_chat_and_see_each_others_actions(
    somebody: Callable[[], Person],
) -> None:
    ann, bob = somebody(), somebody()
    hers, his = ann.sign_up("Ann"), bob.sign_up("Bob")
    open_chat(hers, bob)

    say(hers, "Hello Bob")
    expect(unread(his)).to_have_text(["1"])
    expect(his.locator("#chats .preview")).to_have_text(["Hello Bob"])
    open_chat(his, ann)
    expect(bodies(his)).to_have_text(["Hello Bob"])
    expect(unread(his)).to_have_text(["0"])
    expect(message(hers, "Hello Bob").locator(".notes")).to_have_text("seen")

    his.get_by_placeholder("A message").press_sequentially("Hel")
    expect(hers.locator("#typing")).to_have_text("types")
    say(his, "Helo Ann")
    expect(bodies(hers)).to_have_text(["Hello Bob", "Helo Ann"])
    expect(hers.locator("#typing")).to_have_text("")

    message(his, "Helo Ann").get_by_role("button", name="Edit").click()
    say(his, "Hello Ann")
    expect(bodies(hers)).to_have_text(["Hello Bob", "Hello Ann"])
    expect(message(hers, "Hello Ann").locator(".notes")).to_have_text("edited")
    message(hers, "Hello Ann").get_by_role("button", name="Like").click()
    expect(message(his, "Hello Ann").locator(".notes")).to_have_text("edited seen 👍")
    message(his, "Hello Ann").get_by_role("button", name="Delete").click()
    expect(bodies(hers)).to_have_text(["Hello Bob", "(deleted)"])


def test_messages_and_pending_writes_survive_an_offline_reload(
    somebody: Callable[[], Person], line: Line
) -> None:
    ann, bob = somebody(), somebody()
    hers, his = ann.sign_up("Ann", firestore=line.port), bob.sign_up("Bob")
    open_chat(hers, bob)
    say(hers, "Before the tunnel")
    expect(unread(his)).to_have_text(["1"])
    open_chat(his, ann)
    expect(message(hers, "Before the tunnel").locator(".notes")).to_have_text("seen")
    expect(hers.locator("#chats .preview")).to_have_text(["Before the tunnel"])

    line.tell("cut")
    say(hers, "In the tunnel")
    expect(message(hers, "In the tunnel")).to_have_attribute("data-state", "sending")
    say(his, "Are you there?")
    expect(message(his, "Are you there?")).to_have_attribute("data-state", "sent")
    hers.reload()
    expect(bodies(hers)).to_have_text(["Before the tunnel", "In the tunnel"])
    expect(message(hers, "In the tunnel")).to_have_attribute("data-state", "sending")
    expect(hers.locator("#chats .preview")).to_have_text(["Before the tunnel"])

    line.tell("restore")
    expect(message(hers, "In the tunnel")).to_have_attribute("data-state", "sent")
    for page in (hers, his):
        expect(bodies(page)).to_have_text(["Before the tunnel", "Are you there?", "In the tunnel"])


def test_two_tabs_of_one_person_share_one_app(somebody: Callable[[], Person]) -> None:
    ann, bob = somebody(), somebody()
    first, his = ann.sign_up("Ann"), bob.sign_up("Bob")
    open_chat(first, bob)
    open_chat(his, ann)
    second = ann.tab(chat=chat_in(first))
    expect(second.locator("#me")).to_have_text(ann.uid)
    expect(second.locator("#messages")).to_have_attribute("data-live", "true")

    say(first, "From the first")
    expect(bodies(second)).to_have_text(["From the first"])
    say(his, "To both")
    for page in (first, second):
        expect(bodies(page)).to_have_text(["From the first", "To both"])
        expect(unread(page)).to_have_text(["0"])

    ann.context.set_offline(True)
    say(second, "From the second, offline")
    expect(message(first, "offline")).to_have_attribute("data-state", "sending")
    ann.context.set_offline(False)
    said = ["From the first", "To both", "From the second, offline"]
    for page in (first, second, his):
        expect(bodies(page)).to_have_text(said)
        expect(message(page, "offline")).to_have_attribute("data-state", "sent")


def test_a_second_tab_sends_what_a_closed_tab_wrote_offline(
    somebody: Callable[[], Person],
) -> None:
    ann, bob = somebody(), somebody()
    first, his = ann.sign_up("Ann"), bob.sign_up("Bob")
    open_chat(first, bob)
    open_chat(his, ann)
    second = ann.tab(chat=chat_in(first))
    expect(second.locator("#messages")).to_have_attribute("data-live", "true")

    ann.context.set_offline(True)
    say(second, "From a tab that closes")
    # The tab that writes shows it at once; the other does when it is in the cache that they share.
    for page in (second, first):
        expect(message(page, "closes")).to_have_attribute("data-state", "sending")
    second.close()
    ann.context.set_offline(False)

    for page in (first, his):
        expect(bodies(page)).to_have_text(["From a tab that closes"])
        expect(message(page, "closes")).to_have_attribute("data-state", "sent")
