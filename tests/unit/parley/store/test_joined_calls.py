"""When calls gather, and when they go."""

from __future__ import annotations

import asyncio

from parley.store.joined_calls import Asked, JoinedCalls


class Desk:
    """Answers with what was asked, once its gate is open; keeps who came together."""

    def __init__(self, *, patience_seconds: float) -> None:
        self.came: list[list[str]] = []
        self.gate = asyncio.Event()
        self.calls: JoinedCalls[str] = JoinedCalls(
            self._call, room=10, patience_seconds=patience_seconds
        )

    async def _call(self, batch: list[Asked[str]]) -> None:
        self.came.append([asked.what for asked in batch])
        await self.gate.wait()
        for asked in batch:
            asked.give(asked.what)

    async def until_came(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.came) < count:
                await asyncio.sleep(0)


async def test_a_slow_call_holds_nobody_up_once_patience_ends() -> None:
    desk = Desk(patience_seconds=0.0)
    asked = []
    for count, name in enumerate("abcd", start=1):
        asked.append(desk.calls.ask(name, 1))
        await desk.until_came(count)
    assert desk.came == [["a"], ["b"], ["c"], ["d"]]

    desk.gate.set()
    assert [await one.answer for one in asked] == ["a", "b", "c", "d"]


async def test_with_patience_later_calls_gather() -> None:
    desk = Desk(patience_seconds=3_600.0)
    asked = [desk.calls.ask("a", 1)]
    await desk.until_came(1)
    asked.append(desk.calls.ask("b", 1))
    await desk.until_came(2)
    asked += [desk.calls.ask(name, 1) for name in "cd"]
    await asyncio.sleep(0)
    assert desk.came == [["a"], ["b"]]

    desk.gate.set()
    assert [await one.answer for one in asked] == ["a", "b", "c", "d"]
    assert desk.came == [["a"], ["b"], ["c", "d"]]


async def test_what_is_larger_than_the_room_goes_alone() -> None:
    desk = Desk(patience_seconds=3_600.0)
    desk.gate.set()
    asked = [desk.calls.ask("a", 3), desk.calls.ask("huge", 11), desk.calls.ask("b", 3)]
    for one in asked:
        await one.answer

    assert desk.came == [["a"], ["huge"], ["b"]]


async def test_an_error_of_the_call_reaches_everybody_and_the_next_calls_go_on() -> None:
    async def fail(batch: list[Asked[str]]) -> None:
        raise ValueError("no")

    calls: JoinedCalls[str] = JoinedCalls(fail, room=10)
    for _ in range(5):
        both = [calls.ask("a", 1), calls.ask("b", 1)]
        outcomes = await asyncio.gather(*(one.answer for one in both), return_exceptions=True)
        assert [type(one) for one in outcomes] == [ValueError, ValueError]
