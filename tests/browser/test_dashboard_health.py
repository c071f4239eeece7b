"""What the person on call sees and does: dead letters, drift, and the audit of both."""

from __future__ import annotations

import uuid

from playwright.sync_api import expect

from parley.store import SERVER_TIME, Query, Set, Where
from schema import paths
from schema.dead_letters import dead_letter_fields
from tests.browser.looks import picture
from tests.browser.own_service import own_service
from tests.browser.site import Pages


def test_a_dead_letter_is_shown_to_its_service_and_sent_again_by_those_on_call(
    pages: Pages,
) -> None:
    shop = own_service(pages, "Shop")
    letter = paths.dead_letter(uuid.uuid4().hex)
    why = f"the chat of {shop.service_id} could not be read"
    fields = dead_letter_fields(
        queue="message-queue",
        payload={"v": 1, "chatId": f"{shop.service_id}:ann", "messageId": "m1"},
        code="exhausted",
        message=why,
        attempts=20,
        first_at=SERVER_TIME,
        parked_at=SERVER_TIME,
        service_id=shop.service_id,
    )
    pages.site.write([Set(letter, fields)])
    hers = shop.staff("Mia").go("/health")
    expect(hers.get_by_role("region", name="Dead letters").get_by_role("row")).to_have_count(1)
    expect(hers.get_by_text(why)).to_be_visible()
    expect(hers.get_by_role("button", name="Send again")).to_have_count(0)

    sam = pages.working("Sam", service="default")
    page = sam.go("/health")
    row = page.get_by_role("row").filter(has_text=why)
    expect(row).to_contain_text("attempts used up")
    expect(row).to_contain_text("after 20 attempts")
    row.get_by_role("button", name="Show the message").click()
    expect(row.get_by_text('"messageId": "m1"')).to_be_visible()
    picture(page, "health")
    row.get_by_role("button", name="Send again").click()

    expect(row).to_contain_text("sent again")
    assert pages.site.read(letter).fields["redrivenAt"] is not None
    assert "redriven" in acts_of(pages, sam.uid)


def test_drift_is_shown_and_corrected(pages: Pages) -> None:
    # A recount begins with the first chat; these stand before those of other tests.
    chat = f"--{uuid.uuid4().hex[:8]}"
    members = ["ann", "ben"]
    group = {
        "serviceId": "default",
        "kind": "group",
        "createdBy": "ann",
        "createdAt": SERVER_TIME,
        "title": "Drifted",
        "memberIds": members,
        "memberCount": 7,
        "messageCount": 0,
    }
    joined = {"role": "member", "joinedAt": SERVER_TIME}
    pages.site.write(
        [
            Set(paths.chat(chat), group),
            *(Set(paths.chat_member(chat, uid), joined) for uid in members),
        ]
    )
    sam = pages.working("Sam", service="default")
    page = sam.go("/health")
    drift = page.get_by_role("region", name="Drift")
    drift.get_by_role("button", name="Recount").click()
    row = drift.get_by_role("row").filter(has_text=paths.chat(chat)).filter(has_text="memberCount")
    expect(row).to_contain_text("7, should be 2")
    drift.get_by_role("button", name="Correct").click()
    expect(drift.get_by_role("status")).not_to_contain_text(" 0 corrected")

    assert pages.site.read(paths.chat(chat)).fields["memberCount"] == len(members)
    assert "reconciled" in acts_of(pages, sam.uid)


def acts_of(pages: Pages, uid: str) -> set[object]:
    """Return what a person did, by the audit of `default`."""
    asked = Query(paths.service_audits("default"), where=(Where("by", "==", uid),))
    return {entry.fields["action"] for entry in pages.site.find(asked)}
