"""Saved views of the inbox: changed, shared, put in order, and removed."""

from __future__ import annotations

import json
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from parley.store import SERVER_TIME, Set, Value
from schema import paths
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


def test_what_an_address_adds_to_a_saved_view_is_kept_in_it(pages: Pages) -> None:
    service = new_service(pages, "Kept")
    new_cases(pages, service, ["Una"])
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
