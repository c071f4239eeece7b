"""What staff look up: who changed what, and SMS that belong to no case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from parley.store import SERVER_TIME, Set, Value
from schema import paths
from schema.audit import audit_fields
from schema.received_sms import ReceivedSmsState, received_sms_fields
from tests.browser.looks import picture
from tests.browser.own_service import OwnService, own_service
from tests.browser.site import Pages

PHONE = "+12025550188"
MANY = 300
ON_SCREEN = 60
"""Lines that the browser draws at most, of however many there are."""


def lines(page: Page, kind: str) -> Locator:
    return page.locator(f"[data-{kind}]")


def received(shop: OwnService, state: ReceivedSmsState, body: str, uids: list[str]) -> None:
    fields = received_sms_fields(
        from_=PHONE,
        to="+12025550100",
        body=body,
        state=state,
        uids=uids,
        message_sid=f"SM{body}",
        at=SERVER_TIME,
    )
    shop.pages.site.write([Set(paths.received_sms(shop.service_id, f"sms-{state}"), fields)])


def test_sms_of_no_case_are_listed_with_what_became_of_them(pages: Pages) -> None:
    shop = own_service(pages, "Shop")
    known: dict[str, Value] = {"uid": "rosa", "displayName": "Rosa", "phone": PHONE}
    shop.add_people([known])
    received(shop, ReceivedSmsState.KEPT, "Who are you?", [])
    received(shop, ReceivedSmsState.OPTED_OUT, "STOP", ["rosa"])
    vic = shop.staff("Vic", "viewer")
    page = vic.page
    page.get_by_role("navigation", name="Views").get_by_role("link", name="SMS without").click()
    expect(lines(page, "sms")).to_have_count(2)
    expect(page.get_by_role("link", name="What becomes of unknown numbers")).to_have_count(0)

    page.get_by_role("combobox", name="Show").select_option(label="Unknown number")
    expect(lines(page, "sms")).to_have_count(1)
    expect(lines(page, "sms")).to_contain_text("Who are you?")
    expect(page).to_have_url(f"{vic.site}/sms?state=kept")
    page.reload()
    expect(lines(page, "sms")).to_have_count(1)
    lines(page, "sms").get_by_role("link", name="Look for this number").click()
    expect(page.get_by_role("link", name="Rosa")).to_be_visible()

    page = vic.go("/sms?state=optedOut")
    expect(lines(page, "sms")).to_contain_text("Opted out")
    picture(page, "sms")
    lines(page, "sms").get_by_role("link", name="Rosa").click()
    expect(page.get_by_role("heading", name="Rosa")).to_be_visible()
    expect(
        vic.go("/sms?state=muted").get_by_text("No SMS from somebody who is muted.")
    ).to_be_visible()


def test_the_audit_log_tells_who_changed_what_and_is_searched(pages: Pages) -> None:
    shop = own_service(pages, "Shop")
    shop.add_people([{"uid": "rosa", "displayName": "Rosa"}])
    sam = shop.staff("Sam")
    page = sam.go("/settings")
    name = page.get_by_role("textbox", name="Name")
    name.fill("Shop of Rosa")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    page = sam.go("/people/rosa")
    page.get_by_role("combobox", name="Tags").fill("vip")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Who changed this person").click()
    expect(lines(page, "change")).to_have_count(1)
    expect(lines(page, "change")).to_contain_text("by Sam")
    expect(lines(page, "change")).to_contain_text("vip")
    page.get_by_role("button", name="Show all people and reports").click()
    expect(lines(page, "change")).to_have_count(2)
    page.get_by_role("combobox", name="What").select_option(label="Settings changed")
    expect(lines(page, "change")).to_have_count(1)
    expect(lines(page, "change")).to_contain_text("Shop → Shop of Rosa")
    picture(page, "audit")
    page.get_by_role("combobox", name="By").select_option(label="Parley itself")
    expect(page.get_by_text("No change fits this search.")).to_be_visible()
    expect(page).to_have_url(f"{sam.site}/audit?by=system&action=serviceUpdated")


def test_a_long_audit_log_is_read_to_its_end_by_a_window(pages: Pages) -> None:
    shop = own_service(pages, "Shop")
    begin = datetime.now(UTC) - timedelta(days=1)
    pages.site.write(
        Set(
            paths.service_audit(shop.service_id, f"a{number:04}"),
            audit_fields(
                action="userUpdated",
                by="system",
                at=begin + timedelta(seconds=number),
                target="rosa",
                after={"visits": number},
            ),
        )
        for number in range(MANY)
    )
    page = shop.staff("Sam").go("/audit")
    log = page.get_by_role("region", name="Audit log").locator("section")
    expect(lines(page, "change").first).to_contain_text(f"{MANY - 1}")
    last = lines(page, "change").filter(has_text="visits0")
    for _ in range(MANY):
        if last.count():
            break
        log.evaluate("(list) => list.scrollBy(0, list.clientHeight)")
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => drawn()))")
        assert lines(page, "change").count() < ON_SCREEN
    expect(last).to_be_visible()
