"""Calls that wait for one another, so that many pieces of work share one call of the store.

The first call goes at once; while ``SLOTS`` calls are under way, later ones gather and go together
as soon as one of these is back. So nothing lingers when there is little to do, and the more there
is to do, the more share a call.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

SLOTS = 2
"""Shared calls under way at once."""

PATIENCE_SECONDS = 0.25
"""A call that takes longer holds no slot any more, so that one slow call delays nobody else."""

A = TypeVar("A")


class Asked(Generic[A]):
    """What one caller asks for, and where its answer goes. ``size``: the room that it takes."""

    __slots__ = ("answer", "names", "size", "what")

    def __init__(self, what: A, size: int, names: frozenset[str] = frozenset()) -> None:
        self.what = what
        self.size = size
        self.names = names
        """Documents that no two callers of one call may share."""
        self.answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    def give(self, answer: object) -> None:
        """Answer the caller, unless it has given up waiting."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def outcome(self) -> Any:
        """Return the answer, or the error, of a caller that was answered."""
        return self.answer.exception() or self.answer.result()

    def fail(self, error: BaseException) -> None:
        """Raise an error for the caller."""
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True)
class JoinedCalls(Generic[A]):
    """Gathers what callers ask for, and calls ``call`` with a list of it, in the order of asking.

    ``call`` answers everybody whom it is given. A list has at most ``room``, or one entry.
    """

    call: Callable[[list[Asked[A]]], Awaitable[None]]
    room: int
    slots: int = SLOTS
    patience_seconds: float = PATIENCE_SECONDS
    _waiting: deque[Asked[A]] = field(default_factory=deque, init=False)
    _under_way: int = field(default=0, init=False)
    _is_scheduled: bool = field(default=False, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def ask(self, what: A, size: int, names: frozenset[str] = frozenset()) -> Asked[A]:
        """Line up; the answer comes to what is returned."""
        asked = Asked(what, size, names)
        self._waiting.append(asked)
        self._schedule()
        return asked

    def _schedule(self) -> None:
        if not self._is_scheduled and self._waiting and self._under_way < self.slots:
            # What is asked for in this turn of the event loop goes along.
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._is_scheduled = False
        loop = asyncio.get_running_loop()
        while self._under_way < self.slots and (batch := self._take()):
            self._under_way += 1
            task = loop.create_task(self._run(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _take(self) -> list[Asked[A]]:
        """Take from the front as many as go together; leave out who gave up waiting."""
        batch: list[Asked[A]] = []
        names: set[str] = set()
        size = 0
        while self._waiting:
            asked = self._waiting[0]
            if not asked.answer.done():
                if batch and (size + asked.size > self.room or not names.isdisjoint(asked.names)):
                    break
                batch.append(asked)
                names |= asked.names
                size += asked.size
            self._waiting.popleft()
        return batch

    async def _run(self, batch: list[Asked[A]]) -> None:
        is_held = True

        def leave() -> None:
            nonlocal is_held
            if is_held:
                is_held = False
                self._under_way -= 1
                self._schedule()

        timer = asyncio.get_running_loop().call_later(self.patience_seconds, leave)
        try:
            await self.call(batch)
        except BaseException as error:
            for asked in batch:
                asked.fail(error)
            if not isinstance(error, Exception):
                raise
        finally:
            timer.cancel()
            leave()
