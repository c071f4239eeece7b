"""Somebody writes by SMS, and the answer leaves by SMS, also one that failed at first."""

from __future__ import annotations

import re
import secrets
from typing import Any

import httpx
from playwright.sync_api import expect

from emulator.sign_ins import SMS
from emulator.stack import Stack
from parley.store import SERVER_TIME, Set
from schema import paths
from tests.browser.inbox import answer, line_of, said
from tests.browser.site import Pages

SECONDS = 180.0
"""A deadline for what hangs: three functions start their processes."""


def test_an_sms_is_answered_by_sms_and_an_answer_that_failed_is_sent_again(
    pages: Pages, stack: Stack
) -> None:
    phone = f"+1202555{secrets.randbelow(9_000) + 1_000}"
    uid = f"rosa-{secrets.token_hex(3)}"
    record = {
        "uid": uid,
        "displayName": "Rosa",
        "phone": phone,
        "attributes": {},
        "tags": [],
        "consents": {},
        "createdAt": SERVER_TIME,
    }
    pages.site.write([Set(paths.service_user("acme", uid), record)])
    twilio = stack.environment["PARLEY_TWILIO_URL"]
    page = pages.working("Sam").page
    sms = {"from": phone, "to": SMS["from"], "body": "Is my order there?"}
    httpx.post(f"{twilio}/_/inbound", json=sms, timeout=SECONDS).raise_for_status()

    expect(line_of(page, "Rosa")).to_be_visible(timeout=SECONDS * 1_000)
    line_of(page, "Rosa").click()
    asked = said(page, "Is my order there?")
    expect(asked).to_contain_text("SMS")
    expect(page.get_by_role("textbox", name="Reply")).to_be_editable()
    answer(page, "It is, come by.")
    by_sms = re.compile("(sent|delivered) by SMS")
    expect(said(page, "It is, come by.")).to_contain_text(by_sms, timeout=SECONDS * 1_000)

    # No route to this number, and then there is one.
    no_route = {"status": 400, "code": 21612, "match": {"to": re.escape(phone)}}
    httpx.put(f"{twilio}/_/faults", json=[no_route], timeout=60).raise_for_status()
    answer(page, "We close at six.")
    late = said(page, "We close at six.")
    expect(late.get_by_role("alert")).to_contain_text("SMS failed", timeout=SECONDS * 1_000)
    assert len(late.get_by_role("alert").inner_text().split()) > 5
    message_id = late.get_attribute("data-message")
    httpx.put(f"{twilio}/_/faults", json=[], timeout=60).raise_for_status()
    late.get_by_role("button", name="Send again").click()
    expect(late).to_contain_text(by_sms, timeout=SECONDS * 1_000)
    assert late.get_attribute("data-message") == message_id

    log: list[dict[str, Any]] = httpx.get(f"{twilio}/_/messages", timeout=60).json()
    sent = [one for one in log if one["request"].get("To") == phone]
    assert {one["request"]["From"] for one in sent} == {SMS["from"]}
    assert [(one["request"]["Body"], one["status"] < 400) for one in sent] == [
        ("It is, come by.", True),
        ("We close at six.", False),
        ("We close at six.", True),
    ]
