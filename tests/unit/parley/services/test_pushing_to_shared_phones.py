"""One message rings a phone once, for its last user, also before its token was passed on."""

from __future__ import annotations

import random

import pytest

from parley.domain.access import UserCaller
from parley.domain.delivery import push
from parley.domain.delivery.push import PushFate
from parley.domain.requests import CreateGroup
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushOrder
from schema import ids, paths
from schema.batches import Batch
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.phones import Phones

PHONE = "T"


@pytest.fixture
async def phones(world: World) -> Phones:
    """Ann's phone, which is Bob's now. No event of it was delivered."""
    phones = Phones(world)
    await phones.register("ann", "install1", PHONE)
    await phones.register("ann", "tablet", "A")
    await phones.register("bob", "install1", PHONE)
    return phones


async def say(world: World, chat_id: str, message_id: str, sender: str) -> None:
    await world.post(chat_id, message_id, sender)
    await world.app.fan_out_messages.fan_out(chat_id, [message_id])


async def test_a_message_to_both_rings_their_phone_once(phones: Phones) -> None:
    world = phones.world
    await world.people("ann", "bob")
    request = CreateGroup(title="Hikers", user_ids=["ann", "bob"])
    group = await world.app.open_chats.create_group(caller=UserCaller("cem"), request=request)

    await say(world, group.chat_id, "m1", "cem")
    await say(world, group.chat_id, "m1", "cem")

    rang = [(one.device.uid, one.device.token) for one in world.sender.sent]
    assert sorted(rang) == [("ann", "A"), ("bob", PHONE)]


async def test_a_message_to_the_earlier_user_does_not_ring_a_phone_that_was_passed_on(
    phones: Phones,
) -> None:
    world = phones.world
    await phones.deliver_all()
    chat_id = await world.direct_chat("ann", "cem")

    await say(world, chat_id, "m1", "cem")

    assert [one.device.token for one in world.sender.sent] == ["A"]


async def test_a_shared_phone_obeys_the_mutes_of_its_last_user(phones: Phones) -> None:
    world = phones.world
    await world.people("ann", "bob")
    request = CreateGroup(title="Hikers", user_ids=["ann", "bob"])
    group = await world.app.open_chats.create_group(caller=UserCaller("cem"), request=request)
    await phones.mute("bob", group.chat_id)

    await say(world, group.chat_id, "m1", "cem")

    assert world.sender.sent_to(PHONE) == []


async def test_a_token_under_two_installations_of_one_person_rings_once(world: World) -> None:
    phones = Phones(world)
    await phones.register("ann", "before-reinstalling", PHONE)
    await phones.register("ann", "after-it", PHONE)
    chat_id = await world.direct_chat("ann", "cem")

    await say(world, chat_id, "m1", "cem")

    assert [one.device.installation_id for one in world.sender.sent] == ["after-it"]


async def test_a_phone_on_two_pages_rings_once(
    phones: Phones,
) -> None:
    world = phones.world
    messages = PushMessages(
        store=world.store, sender=world.sender, clock=world.clock, randomness=random.Random(1)
    )
    data = push.message_data(
        chat_id="town",
        message_id="m1",
        service_id="default",
        kind="group",
        sender_id="cem",
    )

    for uid in ("ann", "bob"):
        order = PushOrder(uid=uid, title="Town", body="hi", data=data)
        assert await messages.push([order]) == ["handedOver"]

    assert len(world.sender.sent_to(PHONE)) == 1


async def test_a_campaign_to_both_reaches_the_phone_for_its_last_user(world: World) -> None:
    first, second = await world.service(people=2)
    phones = Phones(world)
    await phones.unregister(first, "phone")
    await phones.unregister(second, "phone")
    await phones.register(first, "install1", PHONE)
    await phones.register(second, "install1", PHONE)
    await world.campaign()

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert [one.device.uid for one in world.sender.sent_to(PHONE)] == [second]
    (batch,) = [
        Batch.parse(world.at(path))
        for path in world.store.paths()
        if path.startswith(paths.campaign_batches("c1") + "/")
    ]
    assert batch.recipients[first].push == "noDevice"
    assert batch.recipients[second].push == "handedOver"
    for uid in (first, second):
        chat_id = ids.case_chat_id(uid, "acme")
        assert world.at(paths.user_chat(uid, chat_id))["messageCount"] == 1


async def test_a_dead_token_is_removed_and_given_to_nobody(
    phones: Phones,
) -> None:
    world = phones.world
    await phones.deliver_all()
    chat_id = await world.direct_chat("bob", "cem")
    world.sender.give(PHONE, PushFate.DEAD_TOKEN)

    before = world.at(paths.push_tokens("bob"))
    await say(world, chat_id, "m1", "cem")
    await phones.deliver_change("bob", before)

    assert (phones.held("ann"), phones.held("bob")) == ({"tablet": "A"}, {})
    assert phones.owner(PHONE) is None


async def test_finding_shared_phones_costs_no_reads(phones: Phones) -> None:
    world = phones.world
    await world.people("ann", "bob")
    request = CreateGroup(title="Hikers", user_ids=["ann", "bob"])
    group = await world.app.open_chats.create_group(caller=UserCaller("cem"), request=request)
    await say(world, group.chat_id, "m1", "cem")

    await world.post(group.chat_id, "m2", "cem")
    before = world.store.counts
    await world.app.fan_out_messages.fan_out(group.chat_id, ["m2"])

    spent = world.store.counts - before
    assert (spent.reads, spent.writes, spent.deletes) == (2 + 2, 1 + 3, 1)
