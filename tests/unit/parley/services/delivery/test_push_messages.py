from __future__ import annotations

import random

import pytest

from parley.domain.delivery import push
from parley.domain.delivery.push import PushFate
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.testing.faults import StoreCall
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld


@pytest.fixture
def messages(world: TwinWorld) -> PushMessages:
    return PushMessages(
        store=world.store, sender=world.sender, clock=world.clock, randomness=random.Random(1)
    )


def order(uid: str, message_id: str = "m1") -> PushOrder:
    data = push.message_data(
        chat_id="ann:bob",
        message_id=message_id,
        service_id="default",
        kind="direct",
        sender_id="ann",
    )
    return PushOrder(uid=uid, title="Ann", body="hi", data=data)


async def test_each_person_has_an_outcome(world: TwinWorld, messages: PushMessages) -> None:
    await world.person("bob", "bob-1", "bob-2")
    await world.person("cat")
    await world.person("dan", "dan-1")
    world.sender.give("bob-1", PushFate.REJECTED)
    world.sender.give("dan-1", PushFate.REJECTED)

    outcomes = await messages.push([order("bob"), order("cat"), order("dan"), order("nobody")])

    assert outcomes == ["handedOver", "noDevice", "failed", "noDevice"]


async def test_a_renewed_token_is_kept(world: TwinWorld, messages: PushMessages) -> None:
    await world.person("bob", "old")
    world.sender.give("old", PushFate.DEAD_TOKEN)
    held = world.at(paths.push_tokens("bob"))
    renewed = {"devices": {"device-old": {**held["devices"]["device-old"], "token": "new"}}}
    is_renewed = False

    async def renew(call: StoreCall) -> None:
        nonlocal is_renewed
        removes = call.operation == "commit" and call.touches(paths.push_tokens("bob"))
        if removes and call.moment == "before" and not is_renewed:
            is_renewed = True
            await world.write({paths.push_tokens("bob"): renewed})

    world.store.faults.append(renew)
    await messages.push([order("bob")])

    assert world.at(paths.push_tokens("bob")) == renewed


async def test_retries_push_only_what_was_not_handed_over(
    world: TwinWorld, messages: PushMessages
) -> None:
    await world.person("bob", "bob-1", "bob-2")
    world.sender.give("bob-2", PushFate.RETRY, PushFate.ACCEPTED, retry_after=5.0)

    with pytest.raises(PushIncomplete) as waiting:
        await messages.push([order("bob")])
    outcomes = await messages.push([order("bob")])

    assert waiting.value.outcomes == {}
    assert waiting.value.retry_after == 5.0
    assert outcomes == ["handedOver"]
    assert len(world.sender.sent_to("bob-1")) == 1
    assert len(world.sender.sent_to("bob-2")) == 2


async def test_a_brief_fault_needs_no_second_delivery(
    world: TwinWorld, messages: PushMessages
) -> None:
    await world.person("bob", "bob-1")
    world.sender.give("bob-1", PushFate.RETRY, PushFate.RETRY, PushFate.ACCEPTED)

    assert await messages.push([order("bob")]) == ["handedOver"]


async def test_an_unreadable_token_document_counts_as_no_device(
    world: TwinWorld, messages: PushMessages
) -> None:
    await world.write({paths.push_tokens("bob"): {"devices": "none"}})

    assert await messages.push([order("bob")]) == ["noDevice"]


async def test_pushing_reads_one_document_a_person(
    world: TwinWorld, messages: PushMessages
) -> None:
    await world.person("bob", "bob-1")

    before = world.store.counts
    await messages.push([order("bob", f"m{n}") for n in range(10)])

    assert (world.store.counts - before).reads == 1
    assert len(world.sender.sent) == 10
