"""Limits of a service hold the people of a campaign by SMS until the limit counts anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.campaign_requests import RetryFailed
from parley.domain.campaigns.sms_results import read_result
from parley.store import SERVER_TIME
from schema import paths
from tests.unit.parley.services.campaigns.sms_campaigns import (
    MINUTE,
    later,
    people,
    phone,
    send,
    sent_to,
    states,
    told,
)
from tests.unit.parley.services.campaigns_seen import assert_sums, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld

HOUR = 60 * MINUTE


def seconds_to_midnight(world: TwinWorld) -> float:
    now = world.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()


async def at_person_limit(world: TwinWorld, uid: str) -> None:
    """The person got all SMS of this day."""
    record = world.at(paths.service_user("acme", uid))
    sent = {"smsSent": {"day": f"{world.clock.now():%Y-%m-%d}", "count": 10}}
    await world.write({paths.service_user("acme", uid): record | sent})


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"maxPerPersonPerDay": 10}, "personLimit"),
        ({"dailySpendCap": 0.009}, "spendCap"),
    ],
)
async def test_a_limit_of_the_day_holds_people_until_midnight_and_sends_them_then(
    world: TwinWorld, settings: dict[str, Any], reason: str
) -> None:
    await people(world, {}, {}, sms={"from": "+12025550100", **settings})
    if reason == "personLimit":
        await at_person_limit(world, "p1")

    await send(world)

    held = {uid: one for uid, one in recipients_of(world).items() if one["state"] == "held"}
    assert [one["reason"] for one in held.values()] == [reason]
    assert told(world) == {"sent": 1, "held": 1}
    status = status_of(world)
    assert status.state == "running"
    left = seconds_to_midnight(world)
    (entry,) = held.values()
    assert (entry["until"] - world.clock.now()).total_seconds() == pytest.approx(left, abs=1)
    assert status.wake_at == entry["until"]
    assert "RETRY" not in entry["detail"]

    await later(world, left - 60, step=600)
    assert len(sent_to(world)) == 1
    await later(world, 180, step=5)

    assert sorted(sent_to(world)) == [phone(0), phone(1)]
    assert told(world) == {"sent": 2}
    assert status_of(world).state == "completed"
    (uid,) = held
    entry = recipients_of(world)[uid]
    assert entry["attempt"] == 2
    assert [(one["channel"], one["result"]) for one in entry["attempts"]] == [("sms", reason)]
    assert_sums(world)


async def test_a_prefix_limit_holds_people_hour_by_hour_and_each_gets_one_sms(
    world: TwinWorld,
) -> None:
    sms = {"from": "+12025550100", "maxPerPrefixPerHour": 2}
    await people(world, *({} for _ in range(5)), sms=sms)

    await send(world)
    assert told(world) == {"sent": 2, "held": 3}
    await later(world, 3 * HOUR, step=30)

    assert sorted(sent_to(world)) == [phone(number) for number in range(5)]
    assert status_of(world).state == "completed"
    waits = [len(entry.get("attempts", ())) for entry in recipients_of(world).values()]
    assert max(waits) == 1, "waits in a row are noted once"
    assert_sums(world)


async def test_who_is_held_by_a_limit_gets_the_other_channel_if_that_comes_first(
    world: TwinWorld,
) -> None:
    await people(world, {}, {}, sms={"from": "+12025550100"})
    await at_person_limit(world, "p1")
    await send(world, "sms", "chat", fallback={"afterMinutes": 5})
    assert states(world)["p1"] == "failed personLimit sms"

    await later(world, 6 * MINUTE)

    assert states(world) == {"p0": "sent chat", "p1": "sent chat"}
    assert sent_to(world) == [phone(0)]
    assert status_of(world).state == "completed"


async def test_a_fallback_that_a_limit_holds_keeps_its_channel_and_what_came_before(
    world: TwinWorld,
) -> None:
    await people(world, {"device": True}, sms={"from": "+12025550100"})
    await at_person_limit(world, "p0")
    await send(world, "chat", "sms", fallback={"afterMinutes": 5})
    await later(world, 6 * MINUTE)
    assert states(world) == {"p0": "held personLimit sms"}
    assert [one["channel"] for one in recipients_of(world)["p0"]["attempts"]] == ["chat"]

    await later(world, seconds_to_midnight(world) + 120, step=60)

    assert states(world) == {"p0": "sent sms"}
    assert sent_to(world) == [phone(0)]
    assert status_of(world).state == "completed"


@pytest.mark.parametrize("end", ["cancel", "expire"])
async def test_the_end_of_a_campaign_ends_whom_a_limit_holds(world: TwinWorld, end: str) -> None:
    await people(world, {}, {}, sms={"from": "+12025550100"})
    await at_person_limit(world, "p1")
    expire_at = world.clock.now() + timedelta(minutes=3)
    await send(world, **({"schedule": {"expireAt": expire_at}} if end == "expire" else {}))
    if end == "cancel":
        job = world.at(paths.campaign("c1"))
        await world.write({paths.campaign("c1"): job | {"command": "cancel"}})
        await world.app.run_campaigns.run("c1")

    await later(world, 5 * MINUTE, step=5)

    assert states(world)["p1"] == f"skipped {'cancelled' if end == 'cancel' else 'expired'}"
    assert status_of(world).state == ("cancelled" if end == "cancel" else "completed")
    assert_sums(world)


async def test_settings_that_are_mended_let_a_retry_send(world: TwinWorld) -> None:
    await people(world, {}, {}, sms={"from": 7})
    await send(world)
    await later(world, MINUTE)
    assert status_of(world).failed_by == {"invalidSettings": 2}
    assert "retryFailed" in recipients_of(world)["p0"]["detail"]

    service = world.at(paths.service("acme"))
    mended = service | {"sms": {"from": "+12025550100"}, "updatedAt": SERVER_TIME}
    await world.write({paths.service("acme"): mended})
    await later(world, 15)
    request = RetryFailed(campaign_id="c1")
    retried = await world.app.retry_failed.retry(caller=UserCaller("staff1"), request=request)
    await world.work()

    assert retried.people == 2
    assert told(world) == {"sent": 2}


@pytest.mark.parametrize("reason", ["noSender", "invalidSettings"])
def test_a_refusal_for_the_sake_of_the_service_is_a_failure_with_its_own_reason(
    reason: str,
) -> None:
    at = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
    delivery = {"state": "ERROR", "attempts": 0, "startTime": at, "endTime": at}
    place = {"batchId": "b", "attempt": 1}
    fields = {"campaign": place, "delivery": {**delivery, "error": f"{reason}: why not"}}

    result = read_result(fields, at)

    assert result is not None
    assert (result.state, result.reason, result.detail) == ("failed", reason, "why not")
