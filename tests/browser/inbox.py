"""What staff do in the inbox, and cases that are there when they come."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Sequence

from playwright.sync_api import Locator, Page, expect

from parley.domain.chats.opening import open_case as opening
from parley.store import SERVER_TIME, Set, Write
from schema import ids, paths
from tests.browser.site import Pages, Visitor
from tests.browser.test_two_chat import say

_NUMBERS = itertools.count(1)


def ask(person: Visitor, body: str) -> Page:
    """Open a case with `acme` on the phone, and write into it."""
    page = person.go("/chat/new")
    page.get_by_role("textbox", name="Its id").fill("acme")
    page.get_by_role("button", name="Ask the service").click()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    say(page, body)
    return page


def line_of(page: Page, name: str) -> Locator:
    """Return a person's case in the list."""
    return page.get_by_role("region", name="Cases").get_by_role("link").filter(has_text=name)


def open_case(staff: Visitor, name: str, view: str = "open") -> Page:
    page = staff.go(f"/inbox?view={view}")
    line_of(page, name).click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_editable()
    return page


def answer(page: Page, body: str) -> None:
    """Answer, and do not wait for the seconds in which it could be taken back."""
    page.get_by_role("textbox", name="Reply").fill(body)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Send now").click()


def said(page: Page, text: str) -> Locator:
    """Return the message of this text in the thread of a case."""
    return page.get_by_role("log").locator("[data-message]").filter(has_text=text)


def view_of(page: Page, name: str) -> Locator:
    """Return the line of a view, which has its count."""
    views = page.get_by_role("navigation", name="Views")
    return views.get_by_role("link").filter(has_text=name)


def new_service(pages: Pages, name: str) -> str:
    """Create a service for one test, so that no other's cases are in its inbox."""
    service_id = f"{name.lower()}-{uuid.uuid4().hex[:6]}"
    pages.site.write([Set(paths.service(service_id), {"name": name, "kind": "dashboard"})])
    return service_id


def new_cases(pages: Pages, service_id: str, names: Iterable[str]) -> Sequence[str]:
    """Open a case with a new person of each name, as the server does; return their chats."""
    writes: list[Write] = []
    chat_ids = []
    for name in names:
        number = next(_NUMBERS)
        uid = f"person-{number}-{uuid.uuid4().hex[:6]}"
        chat_ids.append(ids.case_chat_id(uid, service_id))
        record = {
            "uid": uid,
            "displayName": name,
            "attributes": {},
            "tags": [],
            "consents": {},
            "createdAt": SERVER_TIME,
        }
        writes.append(Set(paths.service_user(service_id, uid), record))
        writes += opening(
            chat_ids[-1],
            None,
            service_id=service_id,
            service_name="Acme",
            person=uid,
            by=uid,
            opening_id=f"test{number}",
        )
    pages.site.write(writes)
    return chat_ids
