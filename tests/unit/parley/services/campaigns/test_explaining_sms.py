"""What a preview and an explanation say about campaigns by SMS."""

from __future__ import annotations

from typing import Any

import pytest

from parley.bootstrap import wire
from parley.domain.access import Refused, UserCaller
from parley.domain.campaign_requests import ExplainRecipient, ExportCampaign
from parley.domain.campaigns.costs import sms_cost
from parley.settings import Settings
from parley.testing.clock import SequentialIds
from parley.testing.in_memory_queue import InMemoryQueue
from schema.events import SmsQueued
from tests.simulation.test_preview_is_sending import preview
from tests.unit.parley.services.campaigns.sms_campaigns import (
    MINUTE,
    later,
    people,
    phone,
    send,
)
from tests.unit.parley.services.campaigns_seen import status_of
from tests.unit.parley.services.conftest import TwinWorld

STAFF = UserCaller("staff1")
BY_SMS: dict[str, Any] = {"kind": "oneWay", "channels": ["sms"]}


async def explained(world: TwinWorld, uid: str) -> dict[str, Any]:
    request = ExplainRecipient(campaign_id="c1", user_id=uid)
    return await world.app.explain_recipients.explain(caller=STAFF, request=request)


async def test_a_preview_tells_messages_segments_and_price_by_country(world: TwinWorld) -> None:
    await people(world, {}, {"phone": "+4915112345678"}, {"phone": None}, {"phone": phone(0)})

    shown = await preview(world, BY_SMS | {"message": {"body": "я" * 100, "title": "News"}})

    assert shown["sms"] == {"messages": 2, "segments": 4, "price": round(2 * (0.0083 + 0.12), 4)}
    assert shown["excluded"] == {"duplicatePhone": 1, "noPhone": 1}
    assert shown["samples"][0] == {
        "userId": "p0",
        "channel": "sms",
        "text": "я" * 100,
        "segments": 2,
        "picked": "longest",
    }
    warnings = "\n".join(shown["warnings"])
    assert "1 person shares a phone number with another" in warnings
    assert "2 SMS take 4 segments" in warnings
    assert "An SMS carries neither the title nor attachments" in warnings


async def test_a_preview_counts_duplicates_across_batches() -> None:
    world = TwinWorld(batch_size=2)
    await people(world, *({"phone": phone(7)} for _ in range(7)))

    shown = await preview(world, BY_SMS)

    assert shown["excluded"] == {"duplicatePhone": 6}
    assert shown["sms"]["messages"] == 1


async def test_a_preview_lasts_as_long_as_the_sender_takes(world: TwinWorld) -> None:
    await people(world, *({} for _ in range(20)), sms={"from": "+12025550177"})

    shown = await preview(world, BY_SMS)

    assert shown["durationSeconds"] == 20


async def test_a_preview_warns_of_a_queue_of_more_than_ten_hours(world: TwinWorld) -> None:
    slow = {"from": "+12025550177", "segmentsPerSecond": 0.0005}
    await people(world, *({} for _ in range(20)), sms=slow)

    shown = await preview(world, BY_SMS)

    assert any("20 segments take 11.1 hours" in warning for warning in shown["warnings"])


async def test_a_preview_tells_of_a_fallback(world: TwinWorld) -> None:
    await people(world, {"device": True})
    job = {"kind": "oneWay", "channels": ["chat", "sms"], "fallback": {"afterMinutes": 5}}

    shown = await preview(world, job)

    assert any("within 5 minutes gets the message by sms too" in one for one in shown["warnings"])


async def test_an_explanation_lists_the_checks_of_an_sms(world: TwinWorld) -> None:
    await people(world, {"phone": "+12530001"}, {}, {"phone": phone(1)}, sms={"countries": ["US"]})
    await send(world)

    bad, sent, shared = [await explained(world, f"p{number}") for number in range(3)]

    checks = {one["check"]: one for one in bad["checks"]}
    assert checks["phone.sms"]["ok"] is False
    assert "+12530001" in checks["phone.sms"]["detail"]
    assert "devices" not in checks
    assert "their phone number is not valid" in bad["text"]
    assert sent["attempts"][0]["providerId"] == world.sms.sent[0].sid
    assert {one["check"]: one["ok"] for one in sent["checks"]} == {
        "audience": True,
        "inService": True,
        "consent.sms": True,
        "phone.sms": True,
        "duplicatePhone.sms": True,
        "expiry": True,
        "frequencyCap": True,
        "window": True,
        "text": True,
    }
    assert "another person of the campaign has the same phone number" in shared["text"]
    assert {one["check"]: one["ok"] for one in shared["checks"]}["duplicatePhone.sms"] is False


async def test_an_explanation_tells_of_a_fallback_before_and_after(world: TwinWorld) -> None:
    await people(world, {"device": True})
    await send(world, "chat", "sms", fallback={"afterMinutes": 5})

    before = await explained(world, "p0")
    await later(world, 6 * MINUTE)
    after = await explained(world, "p0")

    assert "it goes by sms too" in before["text"]
    assert [one["channel"] for one in after["attempts"]] == ["chat", "sms"]
    assert "the last attempt by chat was sent and did not reach them in time" in after["text"]


async def test_an_export_shows_the_states_of_sms(world: TwinWorld) -> None:
    await people(world, {}, {"phone": None})
    await send(world)

    request = ExportCampaign(campaign_id="c1")
    page = await world.app.export_results.export(caller=STAFF, request=request)

    rows = {row["userId"]: row for row in page.rows}
    assert (rows["p0"]["state"], rows["p0"]["channel"]) == ("sent", "sms")
    assert rows["p0"]["providerId"] == world.sms.sent[0].sid
    assert (rows["p1"]["state"], rows["p1"]["reason"]) == ("skipped", "noPhone")


@pytest.mark.parametrize(
    ("settings", "service", "told"),
    [
        ({}, {"from": "+12025550100"}, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be set"),
        (
            {"twilio_account_sid": f"AC{0:032x}", "twilio_auth_token": "secret"},
            None,
            "the service 'acme' has no sender of SMS",
        ),
    ],
)
async def test_without_twilio_or_a_sender_sms_is_not_supported_in_production(
    world: TwinWorld, settings: dict[str, Any], service: dict[str, Any] | None, told: str
) -> None:
    world.app = wire(
        Settings.model_validate({"project_id": "acme-prod-1", **settings}),
        clock=world.clock,
        new_ids=SequentialIds(),
        store=world.store,
        publisher=world.publisher,
        subscriber=InMemoryQueue(world.clock),
        sender=world.sender,
        accounts=world.accounts,
        sms=world.sms.provider(),
        files=world.files,
        randomness=world.app.randomness,
    )
    await people(world, {}, **({} if service is None else {"sms": service}))

    await send(world)

    error = status_of(world).error
    assert error is not None
    assert error.code == "notSupported"
    assert told in error.message
    with pytest.raises(Refused, match="sms"):
        await preview(world, BY_SMS)


async def test_a_preview_reads_the_chats_of_those_whose_number_another_has() -> None:
    world = TwinWorld(batch_size=2)
    await people(world, *({"phone": phone(7)} for _ in range(5)))

    shown = await preview(world, {"kind": "oneWay", "channels": ["sms", "chat"]})

    assert shown["willSend"] == 5
    assert shown["sms"]["messages"] == 1
    before = world.store.counts
    await world.campaign(kind="oneWay", channels=["sms", "chat"])
    await world.app.run_campaigns.run("c1")
    while batches := [one for one in world.publisher.take() if not isinstance(one, SmsQueued)]:
        for payload in batches:
            await world.handle(payload)
    spent = world.store.counts - before
    by_workers = sms_cost(1, unproven=1)
    assert shown["firestore"]["writes"] == spent.writes - 1 + by_workers.writes, "without the job"
