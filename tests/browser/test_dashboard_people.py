"""People on the dashboard: found, changed, and imported from a file with mistakes."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from parley.store import SERVER_TIME, Set, Value
from schema import paths
from tests.browser.looks import picture
from tests.browser.own_service import OwnService, own_service
from tests.browser.site import Pages

FILE = """Customer No;Full name;Mobile;Plan;Colour
new-1;Nora Neu;+4915123456789;pro;red
new-2;Nils Neu;not a number;free;blue
p1;Ann Lee-Smith;+447700900101;pro;green
bad/id;Bo;+4915123456780;pro;red
new-1;Nora again;;pro;red
"""
"""One new person, one phone that is none, one known person, an id that can be none, one twice."""


def shop_with_people(pages: Pages) -> OwnService:
    shop = own_service(pages, "Shop")
    ann: dict[str, Value] = {
        "uid": "p1",
        "displayName": "Ann Lee",
        "phone": "+447700900101",
        "email": "ann@shop.example",
        "locale": "en-GB",
        "attributes": {"visits": 4},
        "tags": ["customer"],
    }
    others: list[dict[str, Value]] = [
        {"uid": f"p{number}", "displayName": f"Other {number}", "tags": ["customer"]}
        for number in range(2, 62)
    ]
    shop.add_people([ann, *others])
    return shop


def test_a_person_is_found_and_what_staff_know_of_them_is_changed(pages: Pages) -> None:
    shop = shop_with_people(pages)
    phone: dict[str, Value] = {
        "token": "ann-token",
        "kind": "fcmToken",
        "platform": "android",
        "locale": "en-GB",
        "updatedAt": SERVER_TIME,
    }
    pages.site.write([Set(paths.push_tokens("p1"), {"devices": {"ann-phone": phone}})])
    sam = shop.staff("Sam")
    page = sam.go("/people")
    rows = page.get_by_role("main").get_by_role("link")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="More").click()
    expect(rows).to_have_count(61)
    box = page.get_by_role("searchbox", name="Search people")
    for asked in ("+4477009001", "ann@", "Ann"):
        box.fill(asked)
        expect(rows).to_have_text(["Ann Lee"])
    rows.first.click()

    devices = page.get_by_role("region", name="Devices")
    expect(devices.get_by_role("row")).to_contain_text("Android, en-GB")
    attributes = page.get_by_role("region", name="Attributes")
    expect(attributes.get_by_role("textbox", name="Name of the attribute")).to_have_value("visits")
    attributes.get_by_role("textbox", name="Value of the attribute").fill("5")
    attributes.get_by_role("button", name="Add an attribute").click()
    attributes.get_by_role("textbox", name="Name of the attribute").last.fill("plan")
    attributes.get_by_role("textbox", name="Value of the attribute").last.fill("pro")
    attributes.get_by_role("button", name="Save").click()
    expect(attributes.get_by_role("button", name="Save")).to_have_count(0)
    tags = page.get_by_role("region", name="Tags")
    tags.get_by_role("combobox", name="Tags").fill("vip")
    page.keyboard.press("Enter")

    consents = page.get_by_role("region", name="Consents", exact=True)
    consents.get_by_role("switch", name="SMS, Marketing").click()
    page.get_by_role("dialog").get_by_role("button", name="Record").click()
    history = page.get_by_role("region", name="History of consents")
    expect(history.get_by_role("row")).to_contain_text("SMS, Marketing: granted")
    expect(history.get_by_role("row")).to_contain_text(sam.uid)
    expect(consents.get_by_role("switch", name="SMS, Marketing")).to_be_checked()
    picture(page, "person")

    record = pages.site.read(paths.service_user(shop.service_id, "p1")).fields
    assert record["attributes"] == {"visits": 5, "plan": "pro"}
    assert record["tags"] == ["customer", "vip"]


def choose(page: Page, column: str, field: str) -> None:
    page.get_by_role("combobox", name=f"Field of the column {column}").fill(field)
    page.keyboard.press("Escape")


def test_a_file_is_checked_imported_and_its_failed_lines_come_back(
    pages: Pages, tmp_path: Path
) -> None:
    shop = shop_with_people(pages)
    page = shop.staff("Sam").go("/people")
    page.get_by_role("button", name="Import a CSV file").click()
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="CSV file").click()
    choosing.value.set_files(
        {"name": "customers.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    for column, field in (
        ("Customer No", "uid"),
        ("Full name", "displayName"),
        ("Mobile", "phone"),
    ):
        guessed = page.get_by_role("combobox", name=f"Field of the column {column}")
        expect(guessed).to_have_value(field)
    choose(page, "Plan", "attributes.plan")
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()

    page.get_by_role("button", name="Check without importing").click()
    told = page.get_by_role("status").filter(has_text="lines")
    expect(told).to_contain_text("This is what an import would do")
    expect(told).to_contain_text("5 lines: 1 new, 1 changed, 0 unchanged, 1 duplicates, 2 failed.")
    errors = page.get_by_role("table", name="3 errors").get_by_role("row")
    expect(errors.nth(1)).to_contain_text("3")
    expect(errors.nth(1)).to_contain_text("not a number")
    expect(errors.nth(2)).to_contain_text("bad/id")
    picture(page, "import")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(told).to_contain_text("Imported")

    file = tmp_path / "failed.csv"
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Failed lines as CSV").click()
    downloading.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as lines:
        failed = list(csv.DictReader(lines))
    assert downloading.value.suggested_filename == "customers-failed.csv"
    assert [each["Customer No"] for each in failed] == ["new-2", "bad/id", "new-1"]
    assert all(each["importError"] for each in failed)

    page.get_by_role("button", name="Close").click()
    page.get_by_role("searchbox", name="Search people").fill("Nora")
    expect(page.get_by_role("link", name="Nora Neu")).to_be_visible()
    nora = pages.site.read(paths.service_user(shop.service_id, "new-1")).fields
    assert (nora["phone"], nora["attributes"]) == ("+4915123456789", {"plan": "pro"})
