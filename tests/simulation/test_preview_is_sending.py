"""A preview counts exactly what sending then does."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.domain.access import UserCaller
from parley.domain.campaign_requests import PreviewCampaign
from parley.domain.campaigns.costs import sms_cost
from parley.domain.delivery.sms_segments import measure_sms
from parley.store import SERVER_TIME
from schema import ids, paths
from schema.events import CampaignQueued, SmsQueued
from tests.unit.parley.services.campaigns_seen import recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld as World

STAFF = UserCaller("staff1")
NAMES = st.sampled_from(["Ann", "", "Bob" * 20, "שלום", None, 7])
CONSENT = st.sampled_from([None, True, False, "yes"])
PLANS = st.sampled_from(["pro", "free", None])
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Mars", None])

PHONES = st.sampled_from(
    ["+12025550101", "+12025550102", "+12025550103", "+5215512345678", "+12530001", "", None, 7]
)

PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "chat": CONSENT,
            "push": CONSENT,
            "plan": PLANS,
            "zone": ZONES,
            "has_chat": st.booleans(),
            "is_open": st.booleans(),
            "recent": st.integers(min_value=0, max_value=2),
            "sms": CONSENT,
            "source": st.sampled_from(["app", "stop"]),
            "phone": PHONES,
            "has_device": st.booleans(),
        }
    ),
    max_size=12,
)

JOBS = st.fixed_dictionaries(
    {
        "purpose": st.sampled_from(["marketing", "transactional"]),
        "audience": st.sampled_from(
            [
                {"all": True},
                {"userIds": ["p0", "p1", "p1", "nobody", "p3"]},
                {"where": {"field": "attributes.plan", "op": "==", "value": "pro"}},
                {"where": {"not": {"field": "attributes.plan", "op": "in", "value": ["pro", 3]}}},
            ]
        ),
        "message": st.sampled_from(
            [
                {"body": "Hello"},
                {"body": "Hello {{ user.displayName }}", "title": "{{ campaign.name }}"},
                {"body": "{{ user.displayName }}"},
                {"body": "{{ user.displayName | divided_by: 0 }}"},
                {"body": '{{ user.attributes.plan | default: "x" }}'},
                {"body": "{{ user.displayName }} " + "я" * 60},
                {"body": "a" * 1_590 + "{{ user.displayName }}", "title": "Long"},
            ]
        ),
    },
    optional={
        "channels": st.sampled_from([["sms"], ["chat", "sms"], ["sms", "chat"]]),
        "schedule": st.sampled_from(
            [
                {"window": {"from": "09:00", "to": "12:00", "timeZone": "recipient"}},
                {"window": {"from": "00:00", "to": "23:59", "timeZone": "Asia/Tokyo"}},
            ]
        ),
    },
)
SERVICES = st.fixed_dictionaries(
    {},
    optional={
        "frequencyCap": st.just({"count": 2, "days": 7}),
        "window": st.just({"from": "09:00", "to": "20:00", "timeZone": "recipient"}),
        "sms": st.sampled_from([{"countries": ["US"]}, {"from": "+12025550100"}]),
    },
)


async def write_service(
    world: World, people: list[dict[str, Any]], service: dict[str, Any]
) -> None:
    await world.service()
    now = world.clock.now()
    documents: dict[str, dict[str, Any]] = {
        paths.service("acme"): {"name": "Acme", "kind": "dashboard", **service}
    }
    for number, person in enumerate(people):
        uid = f"p{number}"
        consents = {
            channel: {
                "marketing": {"granted": person[channel], "at": now, "source": person["source"]},
                "transactional": {"granted": True, "at": now, "source": "test"},
            }
            for channel in ("chat", "push", "sms")
            if person[channel] is not None
        }
        documents[paths.service_user("acme", uid)] = {
            "uid": uid,
            "displayName": person["name"],
            "timeZone": person["zone"],
            "attributes": {} if person["plan"] is None else {"plan": person["plan"]},
            "consents": consents,
            **({} if person["phone"] is None else {"phone": person["phone"]}),
            "createdAt": now,
            "recentCampaigns": {
                f"old{n}": now - timedelta(days=1) for n in range(person["recent"])
            },
        }
        if person["has_device"]:
            await world.person(uid, f"token-{uid}")
        if person["has_chat"]:
            is_open = person["is_open"]
            members = [uid, ids.service_member("acme")] if is_open else [uid]
            documents |= {
                path: {
                    "serviceId": "acme",
                    "kind": kind,
                    "state": "open" if is_open else "closed",
                    "createdBy": uid,
                    "createdAt": SERVER_TIME,
                    "memberIds": members,
                    "memberCount": len(members),
                    "messageCount": 0,
                }
                for path, kind in (
                    (paths.chat(ids.case_chat_id(uid, "acme")), "case"),
                    (paths.chat(ids.broadcast_chat_id(uid, "acme")), "broadcast"),
                )
            }
    await world.write(documents)


async def send(world: World) -> None:
    """Run the campaign until its queues are empty, without a look at its progress.

    SMS are left to their workers, whose costs are known for each SMS.
    """
    await world.handle(CampaignQueued(campaign_id="c1"))
    for payload in world.publisher.published:
        if not isinstance(payload, SmsQueued):
            await world.handle(payload)


async def preview(
    world: World, job: dict[str, Any], *, caller: UserCaller = STAFF, **more: Any
) -> dict[str, Any]:
    whole = {
        "serviceId": "acme",
        "name": "News",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"all": True},
        "message": {"body": "Hi"},
    } | job
    request = PreviewCampaign.model_validate({"job": whole, **more})
    return await world.app.preview_campaigns.preview(caller=caller, request=request)


@settings(max_examples=150, deadline=None)
@given(people=PEOPLE, job=JOBS, service=SERVICES)
def test_counts_texts_and_costs_of_a_preview_are_those_of_sending(
    people: list[dict[str, Any]], job: dict[str, Any], service: dict[str, Any]
) -> None:
    asyncio.run(compare(people, job, service))


async def compare(
    people: list[dict[str, Any]], job: dict[str, Any], service: dict[str, Any]
) -> None:
    if "channels" in job:
        job = job | {"kind": "oneWay"}
    world = World()
    await write_service(world, people, service)
    before = world.store.counts
    shown = await preview(world, job)
    looked = world.store.counts - before
    assert (looked.writes, looked.deletes) == (0, 0)

    fresh = World()
    await write_service(fresh, people, service)
    await fresh.campaign(**job)
    before = fresh.store.counts
    await send(fresh)
    spent = fresh.store.counts - before
    sms = shown.get("sms", {"messages": 0, "segments": 0})
    cost, by_workers = shown["firestore"], sms_cost(sms["messages"])
    assert (cost["reads"], cost["writes"], cost["deletes"]) == (
        spent.reads + by_workers.reads,
        spent.writes + by_workers.writes,
        spent.deletes,
    )

    await fresh.app.campaign_progress.refresh("c1")
    status = status_of(fresh)
    counts = status.counts
    bodies = sms_written(fresh)
    assert sms["messages"] == len(bodies) == counts.sending
    assert sms["segments"] == sum(measure_sms(body).segments for body in bodies.values())
    assert shown["audienceCount"] == status.audience_count
    assert shown.get("held", 0) == counts.held
    assert shown["willSend"] == counts.sent + counts.sending + counts.held
    assert shown["excluded"] == Counter(status.skipped_by) + Counter(status.failed_by)
    assert shown["willSend"] + sum(shown["excluded"].values()) == shown["audienceCount"]
    recipients = recipients_of(fresh) if status.audience_count else {}
    for sample in shown["samples"]:
        entry = recipients[sample["userId"]]
        if "channel" not in sample:
            assert entry["state"] in ("skipped", "failed", "held")
            assert entry["reason"] == sample["reason"]
            continue
        if sample["channel"] == "sms":
            assert entry["channel"] == "sms"
            assert bodies[sample["userId"]] == sample["text"]
            assert sample["segments"] == measure_sms(sample["text"]).segments
            continue
        chat_of = ids.broadcast_chat_id if "channels" in job else ids.case_chat_id
        chat_id = chat_of(sample["userId"], "acme")
        message = fresh.at(paths.message(chat_id, ids.campaign_message_id("c1", sample["userId"])))
        assert (message.get("body"), message.get("title")) == (
            sample.get("text"),
            sample.get("title"),
        )


def sms_written(world: World) -> dict[str, str]:
    """The texts of the SMS that the campaign handed over, by uid."""
    prefix = paths.campaign_sms("c1", "")
    found = [path for path in world.store.paths() if path.startswith(prefix)]
    return {path.removeprefix(prefix): str(world.at(path)["body"]) for path in found}


async def test_the_cost_of_several_pages_is_that_of_sending(world: World) -> None:
    another = World()
    await another.service(people=2_100)
    shown = await preview(another, {})
    await world.service(people=2_100)
    await world.campaign()
    before = world.store.counts

    await send(world)

    spent = world.store.counts - before
    assert shown["firestore"]["writes"] == spent.writes
    assert shown["firestore"]["reads"] == spent.reads
    assert shown["willSend"] == 2_100
