"""What consents, inbound SMS and answers by SMS cost, in documents."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest

from parley.store import SERVER_TIME
from schema import ids, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.people.consents_seen import answer, receive, texting_world, under
from tests.world import fire_triggers

CASE = ids.case_chat_id("ann", "acme")


@pytest.fixture
async def acme(world: World) -> World:
    await texting_world(world)
    return world


async def cost(world: World, act: Awaitable[object]) -> tuple[int, int, int]:
    """Reads, writes and deletes of an act."""
    before = world.store.counts
    await act
    spent = world.store.counts - before
    return spent.reads, spent.writes, spent.deletes


async def work(world: World) -> None:
    for path in under(world, paths.MESSAGE_QUEUE):
        await fire_triggers(world.app, path, None, world.at(path))
    await world.work()


async def test_an_answer_costs_two_writes_and_a_repeat_none(acme: World) -> None:
    assert await cost(acme, answer(acme, granted=True)) == (4, 2, 0)
    assert await cost(acme, answer(acme, granted=True)) == (4, 0, 0)


async def test_stop_and_start_cost_a_few_documents_each(acme: World) -> None:
    assert await cost(acme, receive(acme, "STOP", "SM1")) == (6, 5, 0)
    assert await cost(acme, receive(acme, "START", "SM2")) == (8, 4, 1)
    assert await cost(acme, receive(acme, "STOP", "SM1")) == (6, 0, 0)


async def test_an_inbound_message_costs_two_writes_in_a_known_case(acme: World) -> None:
    assert await cost(acme, receive(acme, "Hello", "SM1")) == (8, 4, 0)
    await work(acme)
    assert await cost(acme, receive(acme, "Hello", "SM2")) == (8, 2, 0)
    assert await cost(acme, receive(acme, "Hello", "SM2")) == (8, 0, 0)


async def test_an_answer_by_sms_costs_three_reads_and_two_writes_more(acme: World) -> None:
    async def reply(message_id: str) -> None:
        entry = {
            "chatId": CASE,
            "messageId": message_id,
            "senderId": "service:acme",
            "createdAt": SERVER_TIME,
            "shard": 1,
        }
        message = {
            "senderId": "service:acme",
            "staffId": "agent",
            "body": "Hi",
            "createdAt": SERVER_TIME,
        }
        await acme.write(
            {paths.message(CASE, message_id): message, paths.message_queue(CASE, message_id): entry}
        )

    await receive(acme, "Hello", "SM1")
    await work(acme)
    await reply("m0")
    await work(acme)
    await reply("m1")
    by_sms = await cost(acme, acme.app.fan_out_messages.fan_out(CASE, ["m1"]))
    chat = acme.at(paths.chat(CASE))
    await acme.write({paths.chat(CASE): {k: v for k, v in chat.items() if k != "bySms"}})
    await reply("m2")
    in_app = await cost(acme, acme.app.fan_out_messages.fan_out(CASE, ["m2"]))

    assert (by_sms[0] - in_app[0], by_sms[1] - in_app[1]) == (3, 2)
    assert by_sms[2] == in_app[2] == 1
