"""Calls of many lanes are handled together, and none of them is harmed by another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from parley.errors import PermanentError, StoreUnavailable
from parley.services.delivery.notify_together import LatePushes
from schema.events import MessageQueued
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.workers.runtime.stage import ScriptedHandler, Stage, until
from workers.runtime.handler import GoAlone, IsFirst, Outcome, Unfinished
from workers.runtime.joint_calls import CALLS, MESSAGES, MESSAGES_AT_ONCE

LANES = 2 * CALLS + 20


def all_end(chat_id: str) -> Outcome:
    return None


@dataclass
class TogetherHandler(ScriptedHandler):
    """Handles what it gets at once as ``end`` says, by chat."""

    company: list[list[str]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    gate: asyncio.Event | None = None
    end: Callable[[str], Outcome] = all_end

    def joins(self, payloads: Sequence[MessageQueued]) -> bool:
        return not payloads[0].chat_id.startswith("group")

    async def handle_together(
        self, calls: Sequence[Sequence[MessageQueued]], are_first: Sequence[IsFirst]
    ) -> list[Outcome]:
        self.company.append([payloads[0].chat_id for payloads in calls])
        self.sizes += map(len, calls)
        if self.gate is not None:
            await self.gate.wait()
        assert all(is_first() for is_first in are_first)
        await asyncio.sleep(0)
        return [self.end(payloads[0].chat_id) for payloads in calls]


class TogetherStage(Stage):
    def __init__(self, **changed: object) -> None:
        super().__init__(None, **changed)
        self.together = TogetherHandler()
        self.handler = self.together

    async def publish_to(self, *chats: str, each: int = 1) -> None:
        await self.queue.publish(
            [
                MessageQueued(chat_id=chat_id, message_id=f"{chat_id}-{number}")
                for number in range(each)
                for chat_id in chats
            ]
        )


async def test_lanes_that_begin_at_once_are_handled_together() -> None:
    stage = TogetherStage(lanes=LANES, pull_size=1_000, max_in_hand=1_000)
    chats = [f"a:{number:03d}" for number in range(LANES)]
    await stage.publish_to(*chats)

    async with stage.running():
        await stage.drained()

    assert sorted(chat for company in stage.together.company for chat in company) == chats
    assert max(map(len, stage.together.company)) == CALLS
    assert not stage.handler.begun


async def test_a_pass_takes_a_bounded_number_of_messages() -> None:
    stage = TogetherStage(lanes=LANES, pull_size=1_000, max_in_hand=1_000)
    await stage.publish_to(*[f"a:{number}" for number in range(20)], each=50)

    async with stage.running():
        await stage.drained()

    assert max(map(len, stage.together.company)) <= MESSAGES // 50


async def test_a_backlog_in_few_chats_is_folded_while_enough_is_under_way() -> None:
    stage = TogetherStage(lanes=LANES, pull_size=1_000, max_in_hand=4_000)
    stage.together.gate = asyncio.Event()
    chats = [f"a:{number:03d}" for number in range(200)]
    await stage.publish_to(*chats, each=20)

    async with stage.running() as runner:
        await until(lambda: runner.health().in_hand == 4_000)
        under_way = sum(stage.together.sizes)
        stage.together.gate.set()
        await stage.drained()

    assert MESSAGES_AT_ONCE <= under_way < MESSAGES_AT_ONCE + 20
    waited = len(chats) - MESSAGES_AT_ONCE // 5
    assert stage.together.sizes.count(20) >= waited - 1, "one may have come alone"


async def test_a_lone_call_and_one_that_may_not_join_are_handled_alone() -> None:
    stage = TogetherStage()
    await stage.publish_to("group")
    async with stage.running():
        await stage.drained()
        await stage.publish_to("a:b")
        await stage.drained()

    assert stage.handler.done == ["group-0", "a:b-0"]
    assert not stage.together.company


async def test_a_call_that_goes_on_alone_is_ended_by_its_own_work() -> None:
    stage = TogetherStage()
    ended = []

    async def work() -> Unfinished | None:
        ended.append("a:b")
        return None

    stage.together.end = lambda chat_id: GoAlone(work) if chat_id == "a:b" else None
    await stage.publish_to("a:b", "a:c", "a:d")
    async with stage.running():
        await stage.drained()

    assert ended == ["a:b"]
    assert not stage.handler.begun


async def test_a_call_that_failed_is_judged_as_if_it_had_been_alone() -> None:
    stage = TogetherStage()

    def end(chat_id: str) -> Outcome:
        if chat_id == "a:b":
            return PermanentError("never")
        return StoreUnavailable("later") if chat_id == "a:c" else None

    stage.together.end = end
    await stage.publish_to("a:b", "a:c", "a:d", "a:e")
    async with stage.running():
        await stage.drained()

    assert [letter["payload"]["messageId"] for letter in stage.dead_letters()] == ["a:b-0"]
    assert stage.handler.done == ["a:c-0"]


async def test_where_a_pass_breaks_each_call_is_handled_alone() -> None:
    stage = TogetherStage()

    def end(chat_id: str) -> Outcome:
        raise ValueError("a bug")

    stage.together.end = end
    await stage.publish_to("a:b", "a:c")
    async with stage.running():
        await stage.drained()

    assert sorted(stage.handler.done) == ["a:b-0", "a:c-0"]
    assert not stage.dead_letters()


async def test_pushes_that_take_long_hold_up_no_chat() -> None:
    world = TwinWorld()
    world.sender.hangs_until = answered = asyncio.Event()
    for uid in ("ann", "bob"):
        await world.person(uid, f"token-{uid}")
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")

    (fate,) = await world.app.fan_out_together.fan_out([(chat_id, ["m1"])])

    assert isinstance(fate, LatePushes)
    assert not world.sender.sent
    answered.set()
    await fate.wait()
    assert len(world.sender.sent_to("token-bob")) == 1
