"""A preview counts exactly what sending then does."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.domain.access import UserCaller
from parley.domain.campaign_requests import PreviewCampaign
from parley.domain.delivery.sms_segments import measure_sms
from schema import ids, limits, paths
from schema.events import CampaignQueued, SmsQueued
from tests.simulation.services_at_random import (
    GROUP,
    GROUPS,
    PEOPLE,
    SERVICES,
    cost_of_workers,
    somebody,
    write_group,
    write_service,
)
from tests.unit.parley.services.campaigns_seen import recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld as World

STAFF = UserCaller("staff1")
KINDS = st.sampled_from(
    [
        {"kind": "individual"},
        {"kind": "oneWay"},
        {"kind": "group", "chat": {"title": "Town hall"}},
        {"kind": "group", "chat": {"title": "Town hall", "uniqueName": "town-hall"}},
    ]
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


def message_path(job: dict[str, Any], uid: str) -> str:
    """Return where a person's message stands."""
    match job["kind"]:
        case "group":
            named = "uniqueName" in job["chat"]
            chat_id = GROUP if named else ids.group_chat_id("campaigns/acme", "c1")
            return paths.message(chat_id, ids.group_message_id("c1"))
        case "oneWay":
            chat_id = ids.broadcast_chat_id(uid, "acme")
        case _:
            chat_id = ids.case_chat_id(uid, "acme")
    return paths.message(chat_id, ids.campaign_message_id("c1", uid))


async def send(world: World) -> None:
    """Run the campaign until its queues are empty, without a look at its progress.

    SMS are left to their workers, whose costs are known for each SMS.
    """
    await world.handle(CampaignQueued(campaign_id="c1"))
    for payload in world.publisher.published:
        if not isinstance(payload, SmsQueued):
            await world.handle(payload)


async def send_paced(world: World) -> None:
    """Send a campaign whose throttle or budgets hold batches back, until nothing waits."""
    await send(world)
    world.publisher.take()
    waits = is_waiting(world)
    while waits:
        world.clock.advance(1)
        await world.app.due_batches.publish_due()
        while payloads := world.publisher.take():
            for payload in payloads:
                if not isinstance(payload, SmsQueued):
                    await world.handle(payload)
            waits = is_waiting(world)


def is_waiting(world: World) -> bool:
    return any(one["state"] == "planned" for one in recipients_of(world).values())


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
@given(people=PEOPLE, kind=KINDS, job=JOBS, service=SERVICES, group=GROUPS)
def test_counts_texts_and_costs_of_a_preview_are_those_of_sending(
    people: list[dict[str, Any]],
    kind: dict[str, Any],
    job: dict[str, Any],
    service: dict[str, Any],
    group: str | None,
) -> None:
    asyncio.run(compare(people, kind | job, service, group))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(),
    count=st.integers(min_value=90, max_value=103),
    chat=st.sampled_from([{"title": "A"}, {"title": "Town hall", "uniqueName": "town-hall"}]),
    service=SERVICES,
    group=GROUPS,
    size=st.integers(min_value=40, max_value=100),
)
def test_a_preview_knows_what_a_group_costs_that_grows_large(
    seed: int,
    count: int,
    chat: dict[str, str],
    service: dict[str, Any],
    group: str | None,
    size: int,
) -> None:
    job = {"kind": "group", "chat": chat, "purpose": "marketing", "message": {"body": "Hello"}}
    asyncio.run(compare(somebody(seed, count), job, service, group, size))


async def compare(
    people: list[dict[str, Any]],
    job: dict[str, Any],
    service: dict[str, Any],
    group: str | None,
    batch_size: int = 5,
    *,
    is_paced: bool = False,
) -> None:
    if "sms" in job.get("channels", ()):
        job = job | {"kind": "oneWay"}
        job.pop("chat", None)
    if job["kind"] != "group":
        # Which batch goes first, and shows whether people have chats, is not known before.
        batch_size = limits.CAMPAIGN_BATCH
    world = World(batch_size=batch_size)
    await write_service(world, people, service)
    await write_group(world, people, group)
    before = world.store.counts
    shown = await preview(world, job)
    looked = world.store.counts - before
    assert (looked.writes, looked.deletes) == (0, 0)

    fresh = World(batch_size=batch_size)
    await write_service(fresh, people, service)
    await write_group(fresh, people, group)
    await fresh.campaign(**job)
    before = fresh.store.counts
    await (send_paced(fresh) if is_paced else send(fresh))
    spent = fresh.store.counts - before
    sms = shown.get("sms", {"messages": 0, "segments": 0})
    cost, by_workers = shown["firestore"], cost_of_workers(fresh, sms_written(fresh))
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
        message = fresh.at(message_path(job, sample["userId"]))
        assert (message.get("body"), message.get("title")) == (
            sample.get("text"),
            sample.get("title"),
        )


@pytest.mark.parametrize("throttle", [None, 600, 100_000])
@pytest.mark.parametrize("channels", [["chat"], ["sms"], ["chat", "sms"], ["sms", "chat"]])
@pytest.mark.parametrize("budgets", [{}, {"sms": 6_000}, {"sms": 6_000, "chat": 60_000}])
async def test_a_preview_counts_the_queries_by_which_a_pace_is_held(
    throttle: int | None, channels: list[str], budgets: dict[str, int]
) -> None:
    job = {
        "kind": "oneWay",
        "channels": channels,
        "purpose": "transactional",
        "message": {"body": "Hello"},
        "audience": {"all": True},
    } | ({"throttle": {"perMinute": throttle}} if throttle else {})
    limited = {channel: {"perMinute": rate} for channel, rate in budgets.items()}
    await compare(
        somebody(7, 12), job, {"budgets": limited} if limited else {}, None, is_paced=True
    )


@pytest.mark.parametrize("has_chats", [True, False])
@pytest.mark.parametrize("kind", ["individual", "oneWay", "group"])
@pytest.mark.parametrize(("per_minute", "count"), [(1, 23), (20, 25), (600, 130)])
@pytest.mark.parametrize("budget", [None, 6_000])
async def test_a_preview_counts_what_many_throttled_batches_read_again(
    has_chats: bool, kind: str, per_minute: int, count: int, budget: int | None
) -> None:
    # The order of batches is not known before, so people of the other kinds are alike in what a
    # first batch would show.
    people = somebody(7, count)
    if kind != "group":
        people = [one | {"has_chat": has_chats, "chat": None} for one in people]
    job = {
        "kind": kind,
        "channels": ["chat"],
        "purpose": "marketing",
        "message": {"body": "Hello"},
        "audience": {"all": True},
        "throttle": {"perMinute": per_minute},
    } | ({"chat": {"title": "A"}} if kind == "group" else {})
    service = {"budgets": {"chat": {"perMinute": budget}}} if budget else {}
    size = min(limits.CAMPAIGN_BATCH, max(1, per_minute // 60))
    await compare(people, job, service, None, size, is_paced=True)


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
