"""Campaigns with two channels: the second for those whom the first does not reach."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.campaign_requests import RetryFailed
from parley.services.campaigns.plan_again import Retried
from parley.store import SERVER_TIME
from schema import ids, paths
from tests.unit.parley.services.campaigns.sms_campaigns import (
    MINUTE,
    later,
    people,
    phone,
    report,
    send,
    sent_to,
    states,
    told,
)
from tests.unit.parley.services.campaigns_seen import assert_sums, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.upkeep.results_seen import collect, collector

NO_CHAT = {"chat": {"marketing": {"granted": False, "at": SERVER_TIME, "source": "app"}}}
FIVE: dict[str, Any] = {"fallback": {"afterMinutes": 5}}


async def receipt(world: TwinWorld, uid: str, **horizons: bool) -> None:
    """What the app writes when it has received or shown the campaign's message."""
    chat_id = ids.broadcast_chat_id(uid, "acme")
    message = world.at(paths.message(chat_id, ids.campaign_message_id("c1", uid)))
    before = message["createdAt"] - timedelta(days=1)
    await world.write(
        {
            paths.read_receipt(chat_id, uid): {
                "readTo": message["createdAt"] if horizons.get("read") else before,
                "deliveredTo": message["createdAt"],
                "readAt": SERVER_TIME,
            }
        }
    )


def message_of(world: TwinWorld, uid: str) -> dict[str, Any] | None:
    chat_id = ids.broadcast_chat_id(uid, "acme")
    return world.store.document(paths.message(chat_id, ids.campaign_message_id("c1", uid)))


async def test_who_has_no_device_or_refuses_the_chat_gets_an_sms_alone(world: TwinWorld) -> None:
    await people(
        world,
        {"device": True},
        {},
        {"phone": None},
        {"device": True, "consents": {"sms": {"marketing": {"granted": True}}} | NO_CHAT},
        {"device": True, "phone": None, "consents": NO_CHAT},
    )

    await send(world, "chat", "sms")

    assert states(world) == {
        "p0": "sent chat",
        "p1": "sent sms",
        "p2": "skipped noDevice",
        "p3": "sent sms",
        "p4": "skipped noConsent",
    }
    assert sent_to(world) == [phone(1), phone(3)]
    assert message_of(world, "p1") is None
    assert status_of(world).state == "completed"
    assert len(world.sender.sent) == 1
    assert_sums(world)


async def test_who_cannot_get_an_sms_gets_the_chat_alone(world: TwinWorld) -> None:
    await people(world, {}, {"phone": None}, {"phone": phone(0)}, {"consents": {}}, {"phone": "1"})

    await send(world, "sms", "chat")

    assert states(world) == {
        "p0": "sent sms",
        **dict.fromkeys(("p1", "p2", "p3", "p4"), "sent chat"),
    }
    assert sent_to(world) == [phone(0)]
    assert all(message_of(world, uid) for uid in ("p1", "p2", "p3", "p4"))


async def test_chats_that_exist_are_continued_after_a_first_batch_by_sms() -> None:
    world = TwinWorld(batch_size=2)
    await people(world, {}, {}, {"phone": None}, {"phone": None})
    for uid in ("p2", "p3"):
        chat_id = ids.broadcast_chat_id(uid, "acme")
        await world.write(
            {
                paths.chat(chat_id): {
                    "serviceId": "acme",
                    "kind": "broadcast",
                    "createdBy": "service:acme",
                    "createdAt": SERVER_TIME,
                    "memberIds": [uid],
                    "memberCount": 1,
                    "messageCount": 3,
                }
            }
        )

    await send(world, "sms", "chat")

    assert told(world) == {"sent": 4}
    assert world.at(paths.chat(ids.broadcast_chat_id("p3", "acme")))["messageCount"] == 4


async def test_who_has_not_received_the_chat_in_time_gets_an_sms(world: TwinWorld) -> None:
    await people(world, *({"device": True} for _ in range(3)))
    await send(world, "chat", "sms", **FIVE)
    assert told(world) == {"sent": 3}
    assert status_of(world).state == "running", "their fallbacks are not decided"
    await receipt(world, "p0", read=True)
    await receipt(world, "p1")

    await later(world, 4 * MINUTE)
    assert sent_to(world) == []
    await later(world, 2 * MINUTE)

    assert states(world) == {"p0": "read chat", "p1": "delivered chat", "p2": "sent sms"}
    assert sent_to(world) == [phone(2)]
    entry = recipients_of(world)["p2"]
    assert entry["attempt"] == 2
    assert [(one["channel"], one["result"]) for one in entry["attempts"]] == [("chat", "sent")]
    assert status_of(world).state == "completed"
    assert_sums(world)


async def test_a_campaign_is_complete_as_soon_as_everybody_was_reached(world: TwinWorld) -> None:
    await people(world, *({"device": True} for _ in range(3)))
    await send(world, "chat", "sms", fallback={"afterMinutes": 1_440})
    results = collector(world)
    await collect(world, results, 60)
    for number in range(3):
        await receipt(world, f"p{number}", read=True)

    await collect(world, results)
    await world.work()

    assert told(world) == {"read": 3}
    assert status_of(world).state == "completed"


async def test_an_sms_that_was_not_delivered_in_time_is_followed_by_the_chat(
    world: TwinWorld,
) -> None:
    await people(world, {}, {}, {}, {})
    world.sms.fates_of[phone(2)] = "refuse"
    world.sms.codes[phone(2)] = "30007"
    world.sms.fates_of[phone(3)] = "loseAnswer"
    await send(world, "sms", "chat", **FIVE)
    assert status_of(world).state == "running"
    await report(world, "p0", "delivered")

    await later(world, 6 * MINUTE)

    assert states(world) == {
        "p0": "delivered sms",
        "p1": "sent chat",
        "p2": "sent chat",
        "p3": "sent chat",
    }
    attempts = {uid: entry.get("attempts", []) for uid, entry in recipients_of(world).items()}
    assert [one["result"] for one in attempts["p2"]] == ["providerError:30007"]
    assert attempts["p1"][0]["providerId"] == world.sms.sent_to(phone(1))[0].sid
    assert status_of(world).state == "completed"
    assert len(sent_to(world)) == 3


async def test_an_sms_that_waits_is_not_sent_once_the_chat_takes_over(world: TwinWorld) -> None:
    await people(world, {})
    world.sms.fates_of[phone(0)] = "busy"
    await send(world, "sms", "chat", **FIVE)

    await later(world, 6 * MINUTE)
    del world.sms.fates_of[phone(0)]
    await later(world, 10 * MINUTE, step=5)

    assert states(world) == {"p0": "sent chat"}
    assert sent_to(world) == []


async def test_whom_the_second_channel_cannot_reach_stays_as_the_first_left_them(
    world: TwinWorld,
) -> None:
    await people(world, {"device": True, "phone": None})
    await send(world, "chat", "sms", **FIVE)

    await later(world, 6 * MINUTE)

    assert states(world) == {"p0": "sent chat"}
    entry = recipients_of(world)["p0"]
    assert entry["detail"] == "no sms followed: noPhone"
    assert entry["push"] == "handedOver"
    assert status_of(world).state == "completed"
    assert len(world.sender.sent) == 1


@pytest.mark.parametrize("command", ["cancel", "expire"])
async def test_nothing_follows_after_the_end_of_a_campaign(world: TwinWorld, command: str) -> None:
    await people(world, {"device": True}, {"device": True})
    expire_at = world.clock.now() + timedelta(minutes=3)
    schedule = {"schedule": {"expireAt": expire_at}} if command == "expire" else {}
    await send(world, "chat", "sms", **FIVE, **schedule)
    if command == "cancel":
        job = world.at(paths.campaign("c1"))
        await world.write({paths.campaign("c1"): job | {"command": "cancel"}})
        await world.app.run_campaigns.run("c1")

    await later(world, 10 * MINUTE, step=5)

    assert states(world) == {"p0": "sent chat", "p1": "sent chat"}
    assert sent_to(world) == []
    status = status_of(world)
    assert status.state == ("cancelled" if command == "cancel" else "completed")
    assert_sums(world)


async def test_a_pause_holds_fallbacks_back_until_it_is_resumed(world: TwinWorld) -> None:
    await people(world, {"device": True})
    await send(world, "chat", "sms", **FIVE)
    job = world.at(paths.campaign("c1"))
    await world.write({paths.campaign("c1"): job | {"command": "pause"}})
    await world.app.run_campaigns.run("c1")
    await later(world, 10 * MINUTE, step=5)
    assert sent_to(world) == []
    assert status_of(world).state == "paused"

    await world.write({paths.campaign("c1"): job | {"command": "resume"}})
    await world.app.run_campaigns.run("c1")
    await later(world, 30)

    assert sent_to(world) == [phone(0)]
    assert status_of(world).state == "completed"


async def test_a_retry_of_a_fallback_goes_by_the_same_channel_again(world: TwinWorld) -> None:
    await people(world, {"device": True})
    world.sms.fates_of[phone(0)] = "refuse"
    world.sms.codes[phone(0)] = "30007"
    await send(world, "chat", "sms", **FIVE)
    await later(world, 6 * MINUTE)
    assert states(world) == {"p0": "failed providerError:30007 sms"}
    del world.sms.fates_of[phone(0)]

    request = RetryFailed(campaign_id="c1")
    staff = UserCaller("staff1")
    assert await world.app.retry_failed.retry(caller=staff, request=request) == Retried(1)
    await world.work()

    assert states(world) == {"p0": "sent sms"}
    assert recipients_of(world)["p0"]["attempt"] == 3
    assert sent_to(world) == [phone(0)]


async def test_a_fallback_outside_the_window_waits_for_it(world: TwinWorld) -> None:
    await people(world, {"device": True})
    end = world.clock.now() + timedelta(minutes=2)
    window = {"from": "00:00", "to": f"{end:%H:%M}", "timeZone": "UTC"}
    await send(world, "chat", "sms", schedule={"window": window}, **FIVE)

    await later(world, 10 * MINUTE, step=5)
    assert states(world) == {"p0": "held outsideWindow sms"}
    await later(world, 24 * 3_600, step=300)

    assert states(world) == {"p0": "sent sms"}
    assert status_of(world).state == "completed"
