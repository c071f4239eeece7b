"""What staff are told of unread cases: on the tab, on the navigation, and by a notification."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from parley.store import Merge
from schema import ids, paths
from tests.browser.inbox import new_cases, new_service
from tests.browser.site import Pages

HEAR = """
  window.heard = [];
  window.Notification = class extends EventTarget {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    constructor(title, { body }) { super(); window.heard.push([title, body]); }
  };
  Object.defineProperty(document, 'visibilityState', { get: () => window.seen ?? 'visible' });
"""
"""A browser that shows no notification but keeps it, and can be told that nobody looks."""


def choose(page: Page, level: str) -> None:
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name=level, exact=True).click()
    expect(page.get_by_role("menuitem", name=level, exact=True)).to_have_count(0)


def test_alerts_tell_of_ones_own_cases_those_of_nobody_or_all(pages: Pages) -> None:
    service = new_service(pages, "Alerts")
    sam = pages.working("Sam", service=service)
    chats = new_cases(pages, service, ["Mine", "Nobodys", "Toms"])
    rows = [paths.user_chat(ids.service_member(service), chat) for chat in chats]
    assignees = [sam.uid, None, "tom"]
    pages.site.write(
        Merge(row, {"isUnread": True, "assigneeId": assignee})
        for row, assignee in zip(rows, assignees, strict=True)
    )
    page = sam.page
    expect(page).to_have_title("(2) Inbox · Parley")
    expect(page.get_by_role("link", name="Inbox").get_by_text("2 unread")).to_be_attached()
    choose(page, "All cases")
    expect(page).to_have_title("(3) Inbox · Parley")
    choose(page, "My cases")
    expect(page).to_have_title("(1) Inbox · Parley")
    choose(page, "Nothing")
    expect(page).to_have_title("Inbox · Parley")
    page.reload()
    expect(page.get_by_role("region", name="Cases")).to_be_visible()
    expect(page).to_have_title("Inbox · Parley")


def test_a_message_is_told_by_a_notification_while_nobody_looks_at_the_page(pages: Pages) -> None:
    service = new_service(pages, "Rings")
    sam = pages.working("Sam", service=service)
    before, chat = (
        paths.user_chat(ids.service_member(service), one)
        for one in new_cases(pages, service, ["Lou", "Kim"])
    )
    sam.page.add_init_script(HEAR)
    page = sam.go("/campaigns")
    expect(page).to_have_title("Campaigns · Parley")
    # Once this one is shown, the page listens: what comes now is news.
    pages.site.write([Merge(before, {"isUnread": True, "assigneeId": None})])
    expect(page).to_have_title("(1) Campaigns · Parley")
    page.evaluate("window.seen = 'hidden'")
    last = {"id": "m1", "senderId": "kim", "preview": "Hello?"}
    pages.site.write([Merge(chat, {"isUnread": True, "assigneeId": None, "lastMessage": last})])
    expect(page).to_have_title("(2) Campaigns · Parley")
    page.wait_for_function("window.heard.length > 0")
    assert page.evaluate("window.heard") == [["New message", "Hello?"]]
