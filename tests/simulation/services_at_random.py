"""Services with people, chats and groups, drawn at random, for previews to be compared in."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from parley.domain.campaigns.costs import Cost, sms_cost
from parley.domain.people.proven_phones import is_proven
from parley.store import SERVER_TIME
from schema import ids, paths
from tests.unit.parley.services.conftest import TwinWorld as World

NAMES = st.sampled_from(["Ann", "", "Bob" * 20, "שלום", None, 7])
CONSENT = st.sampled_from([None, True, False, "yes"])
PLANS = st.sampled_from(["pro", "free", None])
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Mars", None])

PHONES = st.sampled_from(
    ["+12025550101", "+12025550102", "+12025550103", "+5215512345678", "+12530001", "", None, 7]
)

PERSON = st.fixed_dictionaries(
    {
        "name": NAMES,
        "chat": CONSENT,
        "push": CONSENT,
        "plan": PLANS,
        "zone": ZONES,
        "has_chat": st.booleans(),
        "is_open": st.booleans(),
        "is_member": st.booleans(),
        "has_left": st.booleans(),
        "adds": st.sampled_from([None, None, "contacts", "everyone", "nobody"]),
        "recent": st.integers(min_value=0, max_value=2),
        "sms": CONSENT,
        "source": st.sampled_from(["app", "stop"]),
        "phone": PHONES,
        "is_proven": st.booleans(),
        "has_device": st.booleans(),
    }
)
PEOPLE = st.lists(PERSON, max_size=12)

GROUP = ids.group_chat_id(ids.service_member("acme"), "town-hall")

GROUPS = st.sampled_from([None, "small", "large"])
"""The group of that name as it stands before."""

SERVICES = st.fixed_dictionaries(
    {},
    optional={
        "frequencyCap": st.just({"count": 2, "days": 7}),
        "window": st.just({"from": "09:00", "to": "20:00", "timeZone": "recipient"}),
        "sms": st.sampled_from([{"countries": ["US"]}, {"from": "+12025550100"}]),
    },
)


def somebody(seed: int, count: int) -> list[dict[str, Any]]:
    """Return so many people, of whom most get a message."""
    chance = random.Random(seed)
    return [
        {
            "name": "Ann",
            "chat": None if chance.random() < 0.95 else False,
            "push": None if chance.random() < 0.9 else False,
            "plan": "pro",
            "zone": "Europe/Berlin",
            "has_chat": chance.random() < 0.5,
            "is_open": chance.random() < 0.5,
            "is_member": chance.random() < 0.5,
            "has_left": chance.random() < 0.1,
            "adds": "nobody" if chance.random() < 0.1 else None,
            "recent": 0,
            "sms": None,
            "source": "app",
            "phone": None,
            "is_proven": False,
            "has_device": False,
        }
        for _ in range(count)
    ]


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
            **({"provenPhone": person["phone"]} if person["is_proven"] else {}),
            **({} if person["adds"] is None else {"whoMayAddMe": person["adds"]}),
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
            documents[paths.chat(ids.case_chat_id(uid, "acme"))] = {
                "serviceId": "acme",
                "kind": "case",
                "state": "open" if is_open else "closed",
                "createdBy": uid,
                "createdAt": SERVER_TIME,
                "memberIds": members,
                "memberCount": len(members),
                "messageCount": 0,
            }
            documents[paths.chat(ids.broadcast_chat_id(uid, "acme"))] = {
                "serviceId": "acme",
                "kind": "broadcast",
                "createdBy": uid,
                "createdAt": SERVER_TIME,
                "memberIds": [uid],
                "memberCount": 1,
                "messageCount": 0,
            }
    await world.write(documents)


async def write_group(world: World, people: list[dict[str, Any]], size: str | None) -> None:
    """Write the named group with its members, and who has left it."""
    if size is None:
        return
    now = world.clock.now() - timedelta(days=1)
    service = ids.service_member("acme")
    uids = [f"p{number}" for number, person in enumerate(people) if person["is_member"]][:99]
    documents: dict[str, dict[str, Any]] = {
        paths.chat(GROUP): {
            "serviceId": "acme",
            "kind": "group",
            "createdBy": service,
            "createdAt": now,
            "title": "Town hall",
            "memberCount": len(uids) + 1,
            "messageCount": 0,
            **({"large": True} if size == "large" else {"memberIds": [service, *uids]}),
        },
        paths.chat_member(GROUP, service): {"role": "owner", "joinedAt": now},
    }
    for uid in uids:
        documents[paths.chat_member(GROUP, uid)] = {"role": "member", "joinedAt": now}
    for number, person in enumerate(people):
        if person["has_left"]:
            past = {"leftAt": now, "by": f"p{number}"}
            documents[paths.past_member(GROUP, f"p{number}")] = past
    await world.write(documents)


def cost_of_workers(world: World, uids: Collection[str]) -> Cost:
    """What it costs to deliver the SMS of a campaign to these people."""
    records = [world.at(paths.service_user("acme", uid)) for uid in uids]
    return sms_cost(len(records), unproven=sum(not is_proven(one) for one in records))
