"""Nobody gets a push of a service after withdrawing push there, and no push costs a read for it."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.people_requests import ImportPeople
from parley.errors import Conflict
from parley.store import SERVER_TIME, Merge
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import ids, paths
from schema.push_tokens import PushTokens
from tests.unit.parley.services.campaigns_driven import begin, handle_one_batch
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group
from tests.unit.parley.services.people.consents_seen import answer, person

TOKENS = paths.push_tokens("bob")


async def withdraw(world: World, granted: bool = False, **changed: Any) -> None:
    """Bob answers about transactional pushes of the default service."""
    request: dict[str, Any] = {
        "by": "bob", "channel": "push", "purpose": "transactional", "service_id": "default",
    }  # fmt: skip
    await answer(world, granted=granted, **(request | changed))


def pushed(world: World) -> list[str]:
    told = sorted(one.device.token for one in world.sender.sent)
    world.sender.sent.clear()
    return told


@pytest.fixture
async def bob(world: World) -> World:
    """Bob has a device, and is known to the default service and to acme."""
    await world.service()
    await person(world, "bob", "default")
    await person(world, "bob")
    await world.person("bob", "bobs")
    return world


async def say(world: World, chat_id: str, message_id: str, sender: str = "ann") -> list[str]:
    await world.post(chat_id, message_id, sender)
    await world.app.fan_out_messages.fan_out(chat_id, [message_id])
    return pushed(world)


async def test_a_direct_chat_is_not_pushed_to_a_person_who_withdrew_push(bob: World) -> None:
    chat_id = await bob.direct_chat()
    assert await say(bob, chat_id, "m1") == ["bobs"]

    await withdraw(bob)
    assert await say(bob, chat_id, "m2") == []

    await withdraw(bob, granted=True)
    assert await say(bob, chat_id, "m3") == ["bobs"]


async def test_a_message_to_somebody_who_withdrew_costs_no_read_more(bob: World) -> None:
    chat_id = await bob.direct_chat()
    await say(bob, chat_id, "m1")
    reads: list[int] = []
    bob.store.faults.append(
        lambda call: (
            reads.append(len(call.paths))
            if call.operation == "get_many" and call.moment == "after"
            else None
        )
    )
    await say(bob, chat_id, "m2")
    before = sum(reads)
    await withdraw(bob)
    reads.clear()
    await say(bob, chat_id, "m3")
    assert sum(reads) == before


async def test_a_mention_does_not_pierce_a_withdrawal(group: Group) -> None:
    world = group.world
    for uid in ("bob", "cat"):
        await world.person(uid, uid)
    await person(world, "bob", "default")
    await withdraw(world)
    await world.post(group.id, "m1", "ann")
    path = paths.message(group.id, "m1")
    await world.write({path: world.at(path) | {"mentions": ["bob", "cat"]}})
    await world.app.fan_out_messages.fan_out(group.id, ["m1"])
    assert pushed(world) == ["cat"]


async def test_other_services_and_purposes_push_on(bob: World) -> None:
    chat_id = await bob.direct_chat()
    await withdraw(bob, service_id="acme")
    await withdraw(bob, purpose="marketing")
    assert await say(bob, chat_id, "m1") == ["bobs"]
    assert PushTokens.parse(bob.at(TOKENS)).withdrawn == {
        "acme": {"transactional": True},
        "default": {"marketing": True},
    }


async def test_the_withdrawal_stands_in_the_commit_of_the_consent(bob: World) -> None:
    commits: list[StoreCall] = []
    bob.store.faults.append(
        lambda call: (
            commits.append(call) if call.operation == "commit" and call.moment == "after" else None
        )
    )
    devices = bob.at(TOKENS)["devices"]
    await withdraw(bob)
    (commit,) = commits
    assert commit.touches(TOKENS)
    assert commit.touches(paths.service_user("default", "bob"))
    assert bob.at(TOKENS) == {
        "devices": devices,
        "withdrawn": {"default": {"transactional": True}},
    }
    await withdraw(bob)
    assert len(commits) == 1, "a repeat writes nothing"


@pytest.mark.parametrize("fault", [lost_answer, lambda: failing(Conflict("outraced"))])
async def test_a_fault_leaves_consent_and_mirror_equal(bob: World, fault: Any) -> None:
    bob.store.faults.append(fault())
    await withdraw(bob)
    consents = bob.at(paths.service_user("default", "bob"))["consents"]
    assert consents["push"]["transactional"]["granted"] is False
    assert PushTokens.parse(bob.at(TOKENS)).has_withdrawn("default", "transactional")


async def test_a_person_without_a_device_is_remembered_until_they_have_one(world: World) -> None:
    await person(world, "bob", "default")
    await withdraw(world)
    assert world.at(TOKENS) == {"withdrawn": {"default": {"transactional": True}}}

    device = {"token": "new", "kind": "fcmToken", "platform": "ios", "updatedAt": SERVER_TIME}
    await world.store.commit([Merge(TOKENS, {"devices": {"d1": device}})])
    chat_id = await world.direct_chat()
    assert await say(world, chat_id, "m1") == []


async def test_an_agreement_of_somebody_who_never_withdrew_makes_no_document(world: World) -> None:
    await person(world, "bob", "default")
    await withdraw(world, granted=True)
    assert world.store.document(TOKENS) is None


async def test_somebody_who_signed_up_just_now_may_withdraw(world: World) -> None:
    await world.write({paths.user("bob"): {"displayName": "Bob", "createdAt": SERVER_TIME}})
    await withdraw(world)
    assert PushTokens.parse(world.at(TOKENS)).has_withdrawn("default", "transactional")


async def test_staff_who_record_a_withdrawal_end_pushes_of_the_case(bob: World) -> None:
    chat_id = ids.case_chat_id("bob", "acme")
    await bob.write(
        {
            paths.chat(chat_id): {
                "serviceId": "acme", "kind": "case", "state": "open", "createdBy": "bob",
                "createdAt": SERVER_TIME, "memberIds": ["bob", "service:acme"], "memberCount": 2,
            },
            paths.chat_member(chat_id, "bob"): {"role": "member", "joinedAt": SERVER_TIME},
            paths.chat_member(chat_id, "service:acme"): {
                "role": "member", "joinedAt": SERVER_TIME,
            },
        }
    )  # fmt: skip
    assert await say(bob, chat_id, "m1", "service:acme") == ["bobs"]
    await withdraw(bob, by="staff1", service_id="acme", user_id="bob")
    assert await say(bob, chat_id, "m2", "service:acme") == []


async def run_import(world: World, value: str) -> None:
    csv = f"uid,consents.push.transactional,consents.push.marketing\nbob,{value},\n"
    await world.app.import_people.run(
        caller=UserCaller("staff1"), request=ImportPeople(service_id="acme", csv=csv)
    )


async def test_an_import_withdraws_push_and_gives_it_back(world: World) -> None:
    await world.service()
    for value, withdrawn in (("false", True), ("false", True), ("true", False)):
        await run_import(world, value)
        tokens = PushTokens.parse(world.at(TOKENS))
        assert tokens.has_withdrawn("acme", "transactional") is withdrawn
        assert not tokens.has_withdrawn("acme", "marketing")


async def test_an_import_does_not_undo_what_the_person_said(bob: World) -> None:
    await withdraw(bob, service_id="acme")
    await run_import(bob, "true")
    assert PushTokens.parse(bob.at(TOKENS)).has_withdrawn("acme", "transactional")


@pytest.mark.parametrize(
    ("purpose", "withdrawn", "outcome"),
    [
        ("transactional", "transactional", "noConsent"),
        ("marketing", "marketing", "noConsent"),
        ("transactional", "marketing", "handedOver"),
        ("marketing", "transactional", "handedOver"),
    ],
)
async def test_a_campaign_does_not_push_to_who_withdrew_after_its_message_was_written(
    world: World, purpose: str, withdrawn: Any, outcome: str
) -> None:
    await begin(world, people=1, purpose=purpose)
    await handle_one_batch(world)
    await withdraw(world, by="p0000", service_id="acme", purpose=withdrawn)

    world.clock.advance(1)
    await world.work()

    path = paths.campaign_batch("c1", ids.campaign_batch_id("c1", 0))
    assert world.at(path)["recipients"]["p0000"]["push"] == outcome
    assert len(pushed(world)) == (outcome == "handedOver")


@pytest.mark.parametrize(
    "withdrawn",
    ["yes", {"default": True}, {"default": ["transactional"]}, {7: {}}, None],
)
def test_a_mirror_that_cannot_be_read_concerns_nobody(withdrawn: Any) -> None:
    tokens = PushTokens.readable({"devices": {}, "withdrawn": withdrawn})
    assert not tokens.has_withdrawn("default", "transactional")
