"""In the group of a campaign, everybody's first message after the campaign's is an answer."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

from parley.domain.campaigns.kinds import Kinds
from parley.domain.campaigns.kinds.group import GROUP
from parley.services.campaigns.record_results import RecordResults
from parley.services.upkeep.collect_results import CollectResults
from parley.store import SERVER_TIME, Update
from schema import paths
from schema.batches import planned_batch_fields, recipients_patch
from schema.campaign_status import status_fields, status_patch
from schema.messages import campaign_message_fields
from schema.reasons import CampaignState
from schema.recipients import recipient_fields
from tests.unit.parley.services.campaigns_seen import recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.upkeep.results_seen import collect, told

CHAT = "group-of-c1"
PEOPLE = ["ann", "bob", "cat"]


KINDS: Kinds = MappingProxyType({"group": GROUP})


async def sent(world: World) -> CollectResults:
    """A campaign that everybody has, as its commits left it."""
    now = world.clock.now()
    everybody = {
        uid: recipient_fields(state="sent", at=now, channel="chat", push="handedOver")
        for uid in PEOPLE
    }
    patch = recipients_patch(everybody, state="done", attempt=1, at=now, delete_field=None)
    batch = planned_batch_fields(
        service_id="acme", kind="group", number=0, uids=PEOPLE, skipped={}, at=now, chat_id=CHAT
    )
    status = status_fields(
        service_id="acme",
        name="News",
        kind="group",
        state="completed",
        updated_at=now,
        chat_id=CHAT,
    )
    message = campaign_message_fields(service_id="acme", campaign_id="c1", created_at=SERVER_TIME)
    await world.write(
        {
            paths.campaign_batch("c1", "b1"): batch | patch,
            paths.campaign_status("c1"): status
            | status_patch(
                state=CampaignState.COMPLETED,
                audience_count=3,
                results_until=now + timedelta(days=7),
            ),
            paths.message(CHAT, "c1:group"): message | {"body": "Hello"},
        }
    )
    results = CollectResults(
        store=world.store,
        record=RecordResults(store=world.store, kinds=KINDS, clock=world.clock),
        sms=world.app.campaign_sms,
        progress=world.app.campaign_progress,
        kinds=KINDS,
    )
    await collect(world, results, 1)
    assert told(world) == {"sent": 3}
    return results


async def test_receipts_and_answers_of_a_group_show_in_the_counts(world: World) -> None:
    results = await sent(world)
    at = world.at(paths.message(CHAT, "c1:group"))["createdAt"]
    await world.write(
        {paths.read_receipt(CHAT, "ann"): {"readTo": at, "readAt": SERVER_TIME}},
    )
    await world.post(CHAT, "m1", "bob")
    await world.post(CHAT, "m2", "stranger")
    await world.post(CHAT, "m3", "service:acme")

    await collect(world, results)

    assert told(world) == {"sent": 1, "read": 1, "replied": 1}
    assert recipients_of(world)["bob"]["at"] == world.at(paths.message(CHAT, "m1"))["createdAt"]


async def test_an_answer_by_somebody_who_has_read_counts_and_a_second_one_does_not(
    world: World,
) -> None:
    results = await sent(world)
    now = world.clock.now()
    await world.write({paths.read_receipt(CHAT, "ann"): {"readTo": now, "readAt": SERVER_TIME}})
    await collect(world, results)
    await world.post(CHAT, "m1", "ann")
    await collect(world, results)
    first = recipients_of(world)["ann"]

    await world.post(CHAT, "m2", "ann")
    await collect(world, results)

    assert first["state"] == "replied"
    assert recipients_of(world)["ann"] == first


async def test_each_message_of_a_group_is_read_once(world: World) -> None:
    results = await sent(world)
    for number in range(20):
        await world.post(CHAT, f"m{number}", "ann")
    world.clock.advance(10)

    costs = [await collect(world, results, 20) for _ in range(3)]

    assert [cost.of("reads", "chatMessages/messages") for cost in costs] == [20, 1, 1]


async def test_a_status_that_its_process_did_not_write_any_more_is_caught_up(world: World) -> None:
    await sent(world)
    ahead = recipients_of(world) | {
        "ann": recipient_fields(state="read", at=world.clock.now(), channel="chat")
    }
    patch = recipients_patch(ahead, state="done", attempt=2, at=SERVER_TIME, delete_field=None)
    await world.store.commit([Update(paths.campaign_batch("c1", "b1"), patch)])

    results = CollectResults(
        store=world.store,
        record=RecordResults(store=world.store, kinds=KINDS, clock=world.clock),
        sms=world.app.campaign_sms,
        progress=world.app.campaign_progress,
        kinds=KINDS,
    )
    await collect(world, results)

    assert status_of(world).counts.read == 1
