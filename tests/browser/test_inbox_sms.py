"""Somebody writes by SMS, and the answer leaves by SMS."""

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


def test_an_sms_arrives_in_the_inbox_and_its_answer_leaves_by_sms(
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

    log: list[dict[str, Any]] = httpx.get(f"{twilio}/_/messages", timeout=60).json()
    sent = [one["request"] for one in log if one["request"].get("To") == phone]
    assert [(one["Body"], one["From"]) for one in sent] == [("It is, come by.", SMS["from"])]
