"""What surrounds a handler: the standard entries, their order, and entries of one's own."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from parley.domain.ports import Received
from parley.errors import PermanentError
from schema.events import Payload
from schema.reasons import DeadLetterCode
from tests.unit.workers.runtime.stage import NAME, Stage, until
from workers.runtime.lanes import Call
from workers.runtime.middleware import (
    LogFailures,
    Middleware,
    PoisonGuard,
    PostponeMessages,
    Proceed,
    RejectMessages,
    Timeout,
    standard_middleware,
)


@dataclass
class Traced(Middleware):
    """Notes when a call enters and leaves it, and what becomes a dead letter."""

    name: str
    notes: list[str] = field(default_factory=list)

    async def around(self, call: Call[Any], proceed: Proceed) -> None:
        self.notes.append(f"{self.name} enters {call.lane}")
        try:
            await proceed()
        except Exception as error:
            self.notes.append(f"{self.name} sees {type(error).__name__}")
            raise
        self.notes.append(f"{self.name} leaves")

    async def after_dead_letter(
        self, received: Received, code: DeadLetterCode, payload: Payload | None
    ) -> None:
        self.notes.append(f"{self.name} hears {code}")


async def test_the_first_entry_of_the_list_is_the_outermost() -> None:
    notes: list[str] = []
    stage = Stage()
    stage.middleware = [Traced("outer", notes), Traced("inner", notes)]
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert notes == [
        "outer enters ann:bob",
        "inner enters ann:bob",
        "inner leaves",
        "outer leaves",
    ]


async def test_the_standard_entries_guard_log_and_limit_in_this_order() -> None:
    stage = Stage()
    entries = standard_middleware(stage.settings, stage.store)
    assert [type(entry) for entry in entries] == [PoisonGuard, LogFailures, Timeout]


async def test_an_entry_of_ones_own_sees_errors_and_dead_letters() -> None:
    async def never(ids: list[str]) -> None:
        raise PermanentError("unreadable")

    stage = Stage(never)
    traced = Traced("trace")
    stage.middleware = [traced, *standard_middleware(stage.settings, stage.store)]
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert traced.notes == [
        "trace enters ann:bob",
        "trace sees PermanentError",
        "trace hears permanent",
    ]


async def test_an_entry_sees_the_timeout_of_an_entry_inside_it() -> None:
    async def hang_once(ids: list[str]) -> None:
        if len(stage.handler.begun) == 1:
            await asyncio.Event().wait()

    stage = Stage(hang_once)
    traced = Traced("trace")
    stage.middleware = [traced, Timeout(3_600)]
    await stage.publish("m1")
    started = stage.clock.now()
    async with stage.running():
        await stage.clock.sleep(3_599)
        assert stage.handler.running == 1
        await stage.drained()
    assert "trace sees TimeoutError" in traced.notes
    assert 3_600 <= (stage.clock.now() - started).total_seconds() < 3_620
    assert stage.handler.done == ["m1"]


class OnlyFrom(Middleware):
    """Postpones all calls before a time of the loop."""

    def __init__(self, time: float) -> None:
        self.time = time

    async def around(self, call: Call[Any], proceed: Proceed) -> None:
        if asyncio.get_running_loop().time() < self.time:
            raise PostponeMessages
        await proceed()


async def test_an_entry_may_postpone_messages_and_no_failure_is_counted() -> None:
    stage = Stage()
    stage.middleware = [OnlyFrom(60)]
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["m1"]
    assert stage.dead_letters() == [], "a policy of three failures was not exhausted"


class RejectAll(Middleware):
    async def around(self, call: Call[Any], proceed: Proceed) -> None:
        raise RejectMessages(DeadLetterCode.PERMANENT, "not today")


async def test_an_entry_may_reject_messages_and_the_handler_gives_them_up() -> None:
    stage = Stage()
    stage.middleware = [RejectAll()]
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert stage.handler.begun == []
    assert stage.handler.given == [("m1", "permanent")]
    (letter,) = stage.dead_letters()
    assert letter["error"] == {"code": "permanent", "message": "not today"}


class Broken(Middleware):
    async def after_dead_letter(
        self, received: Received, code: DeadLetterCode, payload: Payload | None
    ) -> None:
        raise KeyError("a bug")


async def test_a_broken_entry_does_not_end_the_runner() -> None:
    async def one_is_bad(ids: list[str]) -> None:
        if ids == ["bad"]:
            raise PermanentError("unreadable")

    stage = Stage(one_is_bad)
    stage.middleware = [Broken()]
    await stage.publish("bad")
    async with stage.running():
        await until(lambda: len(stage.dead_letters()) == 1)
        await stage.publish("good", chat="other")
        await stage.drained()
    assert stage.handler.done == ["good"]
    assert await stage.queue.backlog(NAME) == 0
