"""Summaries of folded messages survive dead processes, busy providers and a store that is away."""

from __future__ import annotations

import pytest

from parley.domain.delivery.push import PushFate
from parley.errors import RetryableError, StoreUnavailable
from parley.testing.faults import failing
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.folding import is_done, post, summaries


async def test_another_process_pushes_what_a_dead_one_had_folded(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await post(world, chat_id, 9)
    world.clock.advance(15)
    survivor = world.new_process()
    folded = [f"m{n:03d}" for n in range(3, 9)]

    await survivor.fan_out_messages.fan_out(chat_id, folded)
    world.clock.advance(10)
    await survivor.summaries.send_due()

    pushed = [one.data["messageId"] for one in world.sender.sent if one.data["type"] == "message"]
    assert pushed == [f"m{n:03d}" for n in range(6)]
    assert [one.data["count"] for one in summaries(world, "bob-1")] == ["3"]


async def test_a_summary_waits_for_the_provider_and_counts_what_came_meanwhile(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 5)
    world.sender.give("bob-1", PushFate.RETRY, retry_after=7.0)
    world.clock.advance(10)
    await world.app.summaries.send_due()
    assert not await is_done(folded)
    await post(world, chat_id, 1, first=5)
    world.sender.give("bob-1", PushFate.ACCEPTED)
    world.sender.sent.clear()
    world.clock.advance(6)
    await world.app.summaries.send_due()
    assert world.sender.sent == []

    world.clock.advance(20)
    await world.app.summaries.send_due()

    assert [one.data["count"] for one in summaries(world, "bob-1")] == ["3"]
    assert await is_done(folded)


async def test_a_summary_waits_for_the_store(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 5)
    world.clock.advance(10)
    world.store.faults.append(failing(StoreUnavailable("away"), operation="get_many"))
    await world.app.summaries.send_due()
    assert not await is_done(folded)

    world.clock.advance(30)
    await world.app.summaries.send_due()

    assert [one.data["count"] for one in summaries(world, "bob-1")] == ["2"]


async def test_a_provider_that_is_away_for_minutes_is_given_up_and_that_is_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 5)
    world.sender.give("bob-1", PushFate.RETRY)
    for _ in range(20):
        world.clock.advance(10)
        await world.app.summaries.send_due()

    assert await is_done(folded)
    assert "push.tooLate" in caplog.text


async def test_at_the_end_of_a_process_everybody_is_told_at_once(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 5)
    assert folded is not None

    folded.hurry()
    await folded.wait()

    assert [one.data["count"] for one in summaries(world, "bob-1")] == ["2"]


async def test_what_cannot_be_told_at_the_end_of_a_process_is_left_to_others(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 5)
    assert folded is not None
    world.sender.give("bob-1", PushFate.RETRY, retry_after=60.0)

    folded.hurry()
    folded.hurry()

    with pytest.raises(RetryableError):
        await folded.wait()


async def test_a_fault_of_our_own_loses_no_summary(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    folded = await post(world, chat_id, 5)
    world.clock.advance(10)
    world.store.faults.append(failing(ValueError("a bug"), operation="get_many"))
    with pytest.raises(ValueError, match="a bug"):
        await world.app.summaries.send_due()

    world.clock.advance(30)
    await world.app.summaries.send_due()

    assert [one.data["count"] for one in summaries(world, "bob-1")] == ["2"]
    assert await is_done(folded)
