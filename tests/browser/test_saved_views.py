"""Saved views of the inbox: changed, shared, put in order, and removed."""

from __future__ import annotations

import json
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from parley.store import SERVER_TIME, Merge, Set, Value
from schema import ids, paths
from tests.browser.inbox import line_of, new_cases, new_service, view_of
from tests.browser.looks import picture
from tests.browser.site import Pages


def saved(page: Page) -> Locator:
    """Return the saved views, as they stand below the fixed ones."""
    return page.get_by_role("navigation", name="Views").locator("a[href*=saved]")


def edit(page: Page, name: str) -> Locator:
    view_of(page, name).hover()
    page.get_by_role("button", name=f"Edit the view “{name}”").click()
    return page.get_by_role("dialog")


def add_view(
    pages: Pages, service: str, view_id: str, author: str, fields: dict[str, Value]
) -> None:
    document = {"createdBy": author, "createdAt": SERVER_TIME} | fields
    pages.site.write([Set(paths.saved_view(service, view_id), document)])


def wait_for_answers(pages: Pages, service: str, *chat_ids: str) -> None:
    """Make cases as they are when their persons spoke last and nobody has read it."""
    member = ids.service_member(service)
    pages.site.write(
        Merge(paths.user_chat(member, chat_id), {"isUnanswered": True, "isUnread": True})
        for chat_id in chat_ids
    )


def add_failed_job(pages: Pages, service: str, author: str, reasons: dict[str, Value]) -> None:
    """Write a job that is over and has changed nothing."""
    over = {"state": "completed", "finishedAt": SERVER_TIME, "updatedAt": SERVER_TIME}
    counts = {"total": len(reasons), "done": 0, "unchanged": 0, "failed": len(reasons)}
    made: dict[str, Value] = {"createdBy": author, "createdAt": SERVER_TIME}
    job = made | over | counts | {"failedChats": reasons}
    pages.site.write([Set(paths.bulk_job(service, "failed"), job)])


def test_a_saved_view_is_renamed_filtered_and_shared_where_it_stands(pages: Pages) -> None:
    service = new_service(pages, "Views")
    new_cases(pages, service, ["Una", "Ugo"])
    sam, tia = (
        pages.working("Sam", service=service),
        pages.working("Tia", service=service, role="agent"),
    )
    page = sam.page
    page.get_by_role("button", name="Save this view").click()
    page.get_by_role("textbox", name="Name of the view").fill("VIPs")
    page.get_by_role("dialog").get_by_role("button", name="Save this view").click()
    expect(saved(page)).to_have_text(["VIPs"])

    dialog = edit(page, "VIPs")
    dialog.get_by_role("textbox", name="Name of the view").fill("Gold")
    dialog.get_by_role("button", name="Add a condition").click()
    dialog.get_by_label("Field").fill("tags")
    dialog.get_by_label("Value", exact=True).fill("gold")
    dialog.get_by_role("checkbox", name="Agents").check()
    picture(page, "saved-view")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(saved(page)).to_have_text(["Gold"])
    expect(page.get_by_text("No case fits this filter.")).to_be_visible()

    hers = tia.page
    expect(saved(hers)).to_have_text(["Gold"])
    dialog = edit(hers, "Gold")
    expect(dialog.get_by_text("Owners and admins of the service change")).to_be_visible()
    expect(dialog.get_by_role("button", name="Remove the view")).to_have_count(0)
    hers.keyboard.press("Escape")

    dialog = edit(page, "Gold")
    dialog.get_by_role("button", name="Remove the view").click()
    dialog.get_by_role("button", name="Remove it for everybody").click()
    expect(saved(page)).to_have_count(0)
    expect(saved(hers)).to_have_count(0)
    expect(line_of(page, "Una")).to_be_visible()


def test_saved_views_stand_by_name_until_somebody_puts_them_in_order(pages: Pages) -> None:
    service = new_service(pages, "Order")
    sam = pages.working("Sam", service=service)
    for view_id, name in (("1", "Zebra"), ("2", "Apple"), ("3", "Mango")):
        add_view(pages, service, view_id, sam.uid, {"name": name, "view": "open"})
    page = sam.page
    expect(saved(page)).to_have_text(["Apple", "Mango", "Zebra"])
    dialog = edit(page, "Zebra")
    up = dialog.get_by_role("button", name="Up", exact=True)
    up.click()
    up.click()
    expect(up).to_be_disabled()
    page.keyboard.press("Escape")
    expect(saved(page)).to_have_text(["Zebra", "Apple", "Mango"])
    page.reload()
    expect(saved(page)).to_have_text(["Zebra", "Apple", "Mango"])


def test_what_an_address_adds_to_a_saved_view_is_kept_in_it_and_changed_in_bulk(
    pages: Pages,
) -> None:
    service = new_service(pages, "Kept")
    una, ugo, ian = new_cases(pages, service, ["Una", "Ugo", "Ian"])
    wait_for_answers(pages, service, una, ugo)
    sam = pages.working("Sam", service=service)
    add_view(pages, service, "gold", sam.uid, {"name": "Gold", "view": "open"})
    gold = {"field": "tags", "op": "array-contains", "value": "gold"}
    page = sam.go(f"/inbox?saved=gold&where={quote(json.dumps(gold))}")
    expect(page.get_by_text("No case fits this filter.")).to_be_visible()
    page.get_by_role("button", name="Save this view").click()
    page.get_by_role("button", name="Save in “Gold”").click()
    expect(page).to_have_url(f"{sam.site}/inbox?saved=gold")
    expect(page.get_by_text("No case fits this filter.")).to_be_visible()
    stored = pages.site.read(paths.saved_view(service, "gold")).fields
    assert stored["where"] == gold

    # Una and Ian are gold, Una and Ugo wait for an answer.
    for chat_id in (una, ian):
        person = paths.service_user(service, ids.parse_chat_id(chat_id).uids[0])
        pages.site.write([Merge(person, {"tags": ["gold"]})])
    page = sam.go("/inbox?view=unanswered")
    expect(line_of(page, "Ugo").get_by_text("unread", exact=True)).to_be_attached()
    page.get_by_role("button", name="Filter by the person").click()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_role("combobox", name="Field").fill("tags")
    page.get_by_label("Value", exact=True).fill("gold")
    page.get_by_role("button", name="Apply").click()
    lines = page.get_by_role("region", name="Cases").get_by_role("listitem")
    expect(lines).to_have_count(1)
    expect(line_of(page, "Una").get_by_text("unread", exact=True)).to_be_attached()
    page.get_by_role("checkbox", name="Select the case of Una").check(force=True)
    page.get_by_role("button", name="Select all 1").click()
    page.get_by_role("region", name="Change together").get_by_role("button", name="Close").click()
    job = page.get_by_role("region", name="Change of many cases")
    expect(job.get_by_role("status")).to_have_text("Done: 1 of 1 changed")
    expect(page.get_by_text("No case fits this filter.")).to_be_visible()

    # It is there for whoever comes back, and can be taken back still.
    page = sam.go("/inbox?view=closed")
    expect(line_of(page, "Una")).to_be_visible()
    job.get_by_role("button", name="Undo").click()
    expect(line_of(page, "Una")).to_have_count(0)
    states = {one: pages.site.read(paths.chat(one)).fields["state"] for one in (una, ugo, ian)}
    assert set(states.values()) == {"open"}
    add_failed_job(pages, service, sam.uid, {una: "pastTime"})
    failed = page.get_by_role("list", name="Cases that could not be changed")
    expect(failed).to_have_text("Una: the time of the snooze had passed")
    failed.get_by_role("link", name="Una").click()
    expect(page.get_by_role("region", name="Case of Una")).to_be_visible()

    # And whoever is in no list on the screen is found by name.
    page.keyboard.press("g")
    whose = page.get_by_role("dialog").get_by_role("combobox", name="Whose")
    expect(whose).to_be_focused()
    whose.fill("ug")
    page.get_by_role("option", name="Ugo").click()
    expect(page.get_by_role("region", name="Case of Ugo")).to_be_visible()
