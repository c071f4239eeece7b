"""Settings of a service are changed on the dashboard, and hold at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from emulator.sign_ins import PASSWORD
from emulator.stack import Stack
from emulator.waiting import wait_until
from parley.store import SERVER_TIME, Set, Value
from schema import paths
from tests.browser.looks import picture
from tests.browser.own_service import OwnService, own_service
from tests.browser.site import DESK, Pages, Visitor, sign_in

SENDER = "+12025550177"


def section(page: Page, tab: str) -> Locator:
    page.get_by_role("tab", name=tab).click()
    found = page.get_by_role("region", name=tab)
    expect(found).to_be_visible()
    return found


def save(form: Locator) -> None:
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("button", name="Save")).to_have_count(0)


def test_window_cap_and_sender_hold_for_what_is_sent_next(pages: Pages, stack: Stack) -> None:
    shop = own_service(pages, "Shop")
    wooed: dict[str, Value] = {"uid": "wooed", "displayName": "Wooed"}
    shop.add_people(
        [
            wooed | {"recentCampaigns": {"earlier": SERVER_TIME}},
            {"uid": "fresh", "displayName": "Fresh", "timeZone": "Europe/London"},
        ]
    )
    sam = shop.staff("Sam")
    page = sam.go("/settings")
    form = section(page, "Sending")
    later = datetime.now(UTC) + timedelta(hours=3)
    form.get_by_role("switch", name="Only at certain hours").check(force=True)
    form.get_by_label("From").fill(f"{later:%H}:00")
    form.get_by_label("To", exact=True).fill(f"{later + timedelta(hours=1):%H}:00")
    form.get_by_role("combobox", name="Time zone").fill("Africa/Abidjan")
    page.keyboard.press("Escape")
    form.get_by_role("textbox", name="Marketing messages per person").fill("1")
    expect(form.get_by_role("alert")).to_have_text("The cap needs both numbers.")
    form.get_by_role("textbox", name="in so many days").fill("7")
    save(form)
    picture(page, "settings")
    form = section(page, "SMS")
    form.get_by_role("textbox", name="Sender").fill(SENDER)
    save(form)

    page.goto(f"{sam.site}/campaigns/new?step=check")
    expect(page.get_by_role("row", name="In the audience 2")).to_be_visible()
    expect(page.get_by_role("row", name="got enough messages lately")).to_contain_text("1")
    expect(page.get_by_role("row", name="Wait for their hours")).to_contain_text("1 person, until")
    assert sender_of_next_sms(shop, sam, stack) == SENDER


def sender_of_next_sms(shop: OwnService, sam: Visitor, stack: Stack) -> str:
    """Send an SMS as staff do, and return the sender that Twilio was told."""
    body = f"Your code for {shop.service_id}"
    job: dict[str, Value] = {
        "serviceId": shop.service_id,
        "createdBy": sam.uid,
        "createdAt": SERVER_TIME,
        "to": {"phone": "+4915123456789"},
        "body": body,
        "purpose": "transactional",
    }
    shop.pages.site.write([Set(paths.non_chat_sms(f"{shop.service_id}-sms"), job)])

    sent: list[dict[str, Any]] = []

    def has_left() -> bool:
        told = httpx.get(f"http://127.0.0.1:{stack.ports.twilio}/_/messages").json()
        sent.extend(one["request"] for one in told if one["request"].get("Body") == body)
        return bool(sent)

    wait_until(has_left, seconds=60, what="the SMS")
    return str(sent[0]["From"])


def id_token(visitor: Visitor, stack: Stack) -> str:
    """Sign in as an app does, and return what the rules see."""
    answer = httpx.post(
        f"http://127.0.0.1:{stack.ports.auth}/identitytoolkit.googleapis.com/v1/"
        "accounts:signInWithPassword?key=demo",
        json={"email": visitor.resident.email, "password": PASSWORD, "returnSecureToken": True},
    )
    return str(answer.raise_for_status().json()["idToken"])


def call(method: str, path: str, visitor: Visitor, stack: Stack) -> int:
    """Read or write the role in a document as a person, past the page, and return the status."""
    answer = httpx.request(
        method,
        f"http://127.0.0.1:{stack.ports.firestore}/v1/projects/demo-parley"
        f"/databases/(default)/documents/{path}",
        params={"updateMask.fieldPaths": "role"} if method == "PATCH" else None,
        json={"fields": {"role": {"stringValue": "owner"}}} if method == "PATCH" else None,
        headers={"Authorization": f"Bearer {id_token(visitor, stack)}"},
    )
    return answer.status_code


def test_a_role_hides_what_the_rules_refuse_until_an_owner_changes_it(
    pages: Pages, stack: Stack
) -> None:
    shop = own_service(pages, "Shop")
    ada = pages.site.somebody("Ada", is_staff=True, viewport=DESK)
    owner = shop.staff("Sam").go("/settings?section=staff")
    owner.get_by_role("textbox", name="User id").fill(ada.uid)
    owner.get_by_role("textbox", name="Name").fill("Ada")
    owner.get_by_role("combobox", name="Role", exact=True).select_option("agent")
    owner.get_by_role("button", name="Add").click()
    role = owner.get_by_role("combobox", name="Role of Ada")
    expect(role).to_have_value("agent")

    ada.page.add_init_script(f"localStorage.setItem('parley.serviceId', '{shop.service_id}')")
    page = sign_in(ada, "/campaigns")
    shown = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(shown).to_have_text(["Inbox", "Campaigns", "People", "Reports"])
    expect(page.get_by_text("No campaigns yet.")).to_be_visible()
    expect(page.get_by_role("link", name="New campaign")).to_have_count(0)
    for path in ("/health", "/campaigns/new"):
        expect(ada.go(path).get_by_text("Your role here does not allow")).to_be_visible()
    name = ada.go("/settings").get_by_role("textbox", name="Name")
    expect(name).to_be_disabled()
    staff = paths.staff(shop.service_id, ada.uid)
    assert call("GET", staff, ada, stack) == 200
    assert call("PATCH", staff, ada, stack) == 403
    assert call("PATCH", paths.service(shop.service_id), ada, stack) == 403

    role.select_option("admin")
    expect(role).to_have_value("admin")
    ada.go("/campaigns")
    expect(page.get_by_role("link", name="New campaign")).to_be_visible()
    owner.get_by_role("button", name="Remove Ada from the staff").click()
    owner.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(role).to_have_count(0)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(shop.service_id)
