"""``parley health`` says of each problem what it is and what to do."""

from __future__ import annotations

import pytest

from parley.cli.health_command import problems_of
from parley.cli.reconcile_command import reconcile
from parley.services.upkeep.health_reports import HealthReports
from parley.store import SERVER_TIME
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World


async def problems(world: World) -> list[str]:
    return list(problems_of(await HealthReports(store=world.store, clock=world.clock).report()))


async def test_an_idle_project_has_no_problem(world: World) -> None:
    assert await problems(world) == []


async def test_with_all_workers_down_each_pool_is_named(world: World) -> None:
    await world.service(people=1)
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    job = {"serviceId": "acme", "createdBy": "ann", "createdAt": SERVER_TIME}
    await world.write({paths.non_chat_sms("j1"): job})
    await world.campaign("c1")
    world.clock.advance(90)

    found = await problems(world)

    assert [words.split(" stands")[0].split(" is ")[0] for words in found] == [
        "message-queue",
        "non-chat-sms-queue (sms)",
        "campaign c1",
    ]
    assert all("python -m workers chat" in words for words in found[:2])
    assert "python -m workers campaigns" in found[2]


@pytest.mark.parametrize("queue", ["message-queue", "campaign-batches"])
async def test_dead_letters_are_told_with_the_commands_that_handle_them(
    world: World, queue: str
) -> None:
    letter = {
        "queue": queue,
        "payload": "x",
        "error": {"code": "malformed", "message": "no JSON"},
        "attempts": 1,
        "firstAt": SERVER_TIME,
        "parkedAt": SERVER_TIME,
    }
    await world.write({paths.dead_letter("a" * 32): letter})

    (words,) = await problems(world)

    assert f"parley dlq list --queue {queue}" in words
    assert f"parley dlq redrive --queue {queue}" in words


async def test_drift_that_a_recount_left_is_told_with_the_command_that_corrects_it(
    world: World,
) -> None:
    chat = paths.chat(await world.direct_chat())
    await world.write({chat: {**world.at(chat), "messageCount": 3}})
    await reconcile(world.app, service_id=None, repair=False, as_json=True)

    (words,) = await problems(world)
    assert words.startswith(
        "1 values had drifted when 1 chats and campaigns were recounted at 2026"
    )
    assert "parley reconcile --repair" in words

    await reconcile(world.app, service_id=None, repair=True, as_json=True)
    assert await problems(world) == []


async def test_a_recount_of_one_service_says_nothing_of_the_project(world: World) -> None:
    await world.service()
    await reconcile(world.app, service_id="acme", repair=False, as_json=True)
    assert world.store.document(paths.last_recount()) is None
