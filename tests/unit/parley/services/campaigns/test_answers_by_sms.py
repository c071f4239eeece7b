"""An SMS of a person after a campaign's SMS is their answer to it."""

from __future__ import annotations

from parley.domain.delivery.inbound_sms import InboundSms
from schema import paths
from schema.users import TEXTED_BY
from tests.unit.parley.services.campaigns.sms_campaigns import people, phone, report, send, states
from tests.unit.parley.services.campaigns_seen import assert_sums
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.upkeep.results_seen import collect, collector


async def text(world: TwinWorld, number: int, sid: str = "SM1", body: str = "Tell me more") -> None:
    inbound = InboundSms(message_sid=sid, from_=phone(number), to="+12025550100", body=body)
    await world.app.receive_sms.receive(inbound)


async def test_an_sms_after_the_campaigns_counts_as_the_reply_within_a_minute(
    world: TwinWorld,
) -> None:
    await people(world, {}, {}, {})
    await send(world)
    results = collector(world)
    await collect(world, results, 60)

    await text(world, 1)
    await text(world, 1)
    await text(world, 1, "SM2", "And the price?")
    await collect(world, results, 20)

    assert states(world) == {"p0": "sent sms", "p1": "replied sms", "p2": "sent sms"}
    assert (
        TEXTED_BY not in world.at(paths.service_user("acme", "p1"))
        or not (world.at(paths.service_user("acme", "p1"))[TEXTED_BY])
    )
    await report(world, "p1", "delivered")
    await collect(world, results, 20)
    assert states(world)["p1"] == "replied sms", "states move forward only"
    assert_sums(world)


async def test_an_answer_costs_no_read_and_two_writes(world: TwinWorld) -> None:
    await people(world, {}, {})
    await text(world, 1, "SM0")
    before = world.store.counts
    await text(world, 1, "SM1")
    plain = world.store.counts - before
    await send(world)

    before = world.store.counts
    await text(world, 1, "SM2")
    spent = world.store.counts - before

    assert (spent.reads, spent.writes) == (plain.reads, plain.writes + 2)


async def test_an_sms_before_the_campaigns_is_no_reply(world: TwinWorld) -> None:
    await people(world, {}, {})
    await text(world, 0)
    await send(world)
    results = collector(world)
    await collect(world, results, 60)

    assert states(world) == {"p0": "sent sms", "p1": "sent sms"}


async def test_a_reply_before_the_lost_answer_is_found_shows_that_the_sms_arrived(
    world: TwinWorld,
) -> None:
    await people(world, {})
    world.sms.fates_of[phone(0)] = "loseAnswer"
    await send(world)
    assert states(world) == {"p0": "unknown answerLost sms"}
    results = collector(world)
    await collect(world, results, 60)

    await text(world, 0)
    await collect(world, results, 20)

    assert states(world) == {"p0": "replied sms"}
