"""What an SMS of a campaign costs, by counts."""

from __future__ import annotations

import pytest

from parley.domain.campaigns.costs import sms_cost
from schema.events import SmsQueued
from tests.unit.parley.services.campaigns.sms_campaigns import people, phone, told
from tests.unit.parley.services.conftest import TwinWorld

COUNT = 100


@pytest.mark.parametrize("is_proven", [True, False])
async def test_each_step_of_an_sms_costs_what_is_documented(
    world: TwinWorld, is_proven: bool
) -> None:
    known = ({"provenPhone": phone(number)} for number in range(COUNT))
    await people(world, *(known if is_proven else ({} for _ in range(COUNT))))
    await world.campaign(kind="oneWay", channels=["sms"])
    await world.app.run_campaigns.run("c1")
    (batch,) = world.publisher.take()

    before = world.store.counts
    await world.handle(batch)
    sending = world.store.counts - before
    jobs = [one for one in world.publisher.take() if isinstance(one, SmsQueued)]
    before = world.store.counts
    for job in jobs:
        await world.handle(job)
    delivering = world.store.counts - before
    before = world.store.counts
    await world.app.campaign_sms.record_noted()
    recording = world.store.counts - before

    assert len(jobs) == COUNT
    assert (sending.reads, sending.writes) == (2 * COUNT + 3, 2 * COUNT + 1)
    more = 0 if is_proven else 1
    assert delivering.reads <= (4 + 2 * more) * COUNT + 5
    assert delivering.writes <= (3 + more) * COUNT + 1
    assert (recording.reads, recording.writes) == (COUNT + 1, 1)
    documented = sms_cost(COUNT, unproven=more * COUNT)
    assert delivering.reads + recording.reads <= documented.reads + 6
    assert delivering.writes + recording.writes <= documented.writes + 2
    await world.app.campaign_progress.refresh_marked()
    assert told(world) == {"sent": COUNT}


async def test_devices_are_read_only_where_an_sms_may_take_the_place_of_the_chat(
    world: TwinWorld,
) -> None:
    await people(world, *({"device": True} for _ in range(5)))
    for campaign_id, channels in (
        ("c1", ["chat", "sms"]),
        ("c2", ["sms", "chat"]),
        ("c3", ["sms"]),
    ):
        await world.campaign(campaign_id, kind="oneWay", channels=channels)
        await world.app.run_campaigns.run(campaign_id)
        (batch,) = world.publisher.take()
        before = world.store.counts
        await world.handle(batch)
        world.publisher.take()
        spent = world.store.counts - before
        assert spent.of("reads", "userPushTokens") == (5 if channels[0] == "chat" else 0)
        numbers = spent.of("reads", "campaignStatus/numbers")
        assert numbers == (0 if channels[0] == "chat" else 5)
        assert spent.of("reads", "chats") == (5 if channels[0] == "chat" else 0)


async def test_the_chat_as_second_channel_costs_the_chats_of_those_who_get_no_sms(
    world: TwinWorld,
) -> None:
    await people(world, *({} for _ in range(5)), {"phone": None}, {"phone": None})
    await world.campaign(kind="oneWay", channels=["sms", "chat"])
    await world.app.run_campaigns.run("c1")
    (batch,) = world.publisher.take()

    before = world.store.counts
    await world.handle(batch)
    spent = world.store.counts - before

    assert spent.of("reads", "chats") == 2
    assert spent.of("reads", "campaignStatus/numbers") == 5
    assert spent.of("reads", "userPushTokens") == 0
