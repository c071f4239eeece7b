"""The pages of campaigns, people, settings and health, in each look and on the narrowest screen."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from parley.store import SERVER_TIME, Set, Update, Value
from schema import ids, paths
from schema.audit import audit_fields
from schema.received_sms import ReceivedSmsState, received_sms_fields
from schema.reports import report_fields
from tests.browser.looks import LOOKS, direction, look_at, picture
from tests.browser.own_service import OwnService, own_service
from tests.browser.site import Language, Pages, Scheme

STEPS = ("kind", "audience", "message", "time", "check")
SECTIONS = ("service", "staff", "cannedAnswers", "sending", "sms", "limits")
FILE = b"uid;name;phone\nnew-1;Nora;+4915123456789\nbad/id;Bo;no number\n"


def send(shop: OwnService, author: str) -> str:
    """Send a campaign to everybody, and return its id."""
    campaign_id = f"news-{shop.service_id}"
    job: dict[str, Value] = {
        "serviceId": shop.service_id,
        "createdBy": author,
        "createdAt": SERVER_TIME,
        "name": "A-name-as-long-as-people-make-them-without-a-space-to-break-at-anywhere",
        "kind": "oneWay",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"all": True},
        "message": {"body": "Hello"},
        "command": "start",
    }
    shop.pages.site.write([Set(paths.campaign(campaign_id), job)])
    return campaign_id


def keep_records(shop: OwnService, author: str) -> None:
    """Write a change of somebody with long values, and an SMS that belongs to no case."""
    long = "a" * 200
    change = audit_fields(
        action="userUpdated",
        by=author,
        at=SERVER_TIME,
        target="ann",
        before={"attributes": {"plan": "basic"}},
        after={"attributes": {"plan": "pro", "note": long}, "tags": ["customer", "vip"]},
    )
    sms = received_sms_fields(
        from_="+447700900999",
        to="+12025550100",
        body=f"Who are you? {long}",
        state=ReceivedSmsState.KEPT,
        uids=[],
        message_sid="SM1",
        at=SERVER_TIME,
    )
    shop.pages.site.write(
        [
            Set(paths.service_audit(shop.service_id, "a1"), change),
            Set(paths.received_sms(shop.service_id, "s1"), sms),
        ]
    )


def settled(page: Page) -> None:
    """Wait until a page has its title, and shows nothing that is still on its way."""
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".mantine-Loader-root, [aria-busy=true]")).to_have_count(0)


def check(page: Page, name: str, wrong: list[str]) -> None:
    settled(page)
    look_at(page, name, wrong)


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_dashboard_is_accessible_and_fits_the_narrowest_screen(
    pages: Pages, language: Language, scheme: Scheme
) -> None:
    wrong: list[str] = []
    shop = own_service(pages, "Shop")
    known: dict[str, Value] = {
        "attributes": {"plan": "pro", "visits": 4},
        "tags": ["customer", "vip"],
        "phone": "+447700900101",
        "email": "somebody-with-a-long-name@shop.example",
    }
    unwilling: Value = {
        "chat": {"marketing": {"granted": False, "at": SERVER_TIME, "source": "app"}}
    }
    shop.add_people(
        [
            known | {"uid": "ann", "displayName": "Ann Lee"},
            {"uid": "dina", "displayName": "دينا حداد", "consents": unwilling},
        ]
    )
    sam = shop.staff("Sam", language=language, scheme=scheme)
    campaign_id = send(shop, sam.uid)
    assert direction(sam.page) == ("rtl" if language == "ar" else "ltr")
    for step in STEPS:
        check(sam.go(f"/campaigns/new?step={step}"), f"composer-{step}", wrong)
    page = sam.go(f"/campaigns/{campaign_id}")
    expect(page.get_by_text("دينا حداد")).to_be_visible()
    curve: Value = {"after": [1_000, 2_000, 9_000], "reached": [0, 1, 1], "unreached": [0, 0, 1]}
    shop.pages.site.write([Update(paths.campaign_status(campaign_id), {"curve": curve})])
    expect(page.locator("figure")).to_have_count(2)
    check(page, "campaign", wrong)
    search = page.locator("section input").first
    search.fill("nobody has this")
    expect(page.locator("tbody").get_by_role("button")).to_have_count(0)
    check(page, "campaign-nobody", wrong)
    search.fill("")
    expect(page.locator("tbody").get_by_role("button").first).to_be_visible()
    page.locator("tbody button").first.click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()
    check(page, "explain", wrong)
    check(sam.go("/campaigns"), "campaigns", wrong)
    check(sam.go("/people"), "people", wrong)
    check(sam.go("/people/ann"), "person", wrong)
    page = sam.go("/people?import=true")
    with page.expect_file_chooser() as choosing:
        page.locator("section button[aria-describedby], section .mantine-FileInput-input").click()
    choosing.value.set_files({"name": "new.csv", "mimeType": "text/csv", "buffer": FILE})
    expect(page.locator("section table")).to_be_visible()
    check(page, "import", wrong)
    for section in SECTIONS:
        check(sam.go(f"/settings?section={section}"), f"settings-{section}", wrong)
    reported: dict[str, Value] = {"senderId": "ann", "body": "a" * 80, "createdAt": SERVER_TIME}
    report = report_fields(
        service_id=shop.service_id,
        chat_id=ids.case_chat_id("ann", shop.service_id),
        message_id="m1",
        message=reported,
        before=[],
        omitted=0,
        reporter_id="dina",
        reason="other",
        comment="Again",
        created_at=SERVER_TIME,
    )
    pages.site.write([Set(paths.report(uuid.uuid4().hex), report)])
    page = sam.go("/reports")
    expect(page.locator("[data-report]")).to_be_visible()
    check(page, "reports", wrong)
    check(sam.go("/health"), "health", wrong)
    keep_records(shop, sam.uid)
    for path, kind in (("/audit", "change"), ("/sms", "sms")):
        page = sam.go(path)
        expect(page.locator(f"[data-{kind}]")).to_have_count(1)
        check(page, path[1:], wrong)
        picture(page, f"{path[1:]}-{language}-{scheme}")
    picture(sam.page, f"health-{language}-{scheme}")
    assert not wrong, "\n".join(wrong)
