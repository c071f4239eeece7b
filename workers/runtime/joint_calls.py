"""Handles calls of many lanes together, where the handler can, and each of them alone where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic

from workers.runtime.executor import Executor
from workers.runtime.handler import GoAlone, JointHandler, Outcome, P, Unfinished, Work
from workers.runtime.lanes import Call, Lanes
from workers.runtime.middleware import surround

CALLS = 100
"""Calls that are handled together: the writes of so many direct chats fill a joined commit."""

MESSAGES = 400
"""Messages of such calls, unless one of them has more."""

MESSAGES_AT_ONCE = 2 * MESSAGES
"""Messages of joint calls under way, from which on no lane begins. What waits meanwhile is folded
into the next call of its lane, so a backlog in few chats costs fewer reads and writes; and two are
enough to keep the store busy."""


@dataclass(slots=True)
class JointCalls(Generic[P]):
    """Runs calls together, in one call of the middleware, and settles those that have ended."""

    handler: JointHandler[P]
    executor: Executor[P]
    _under_way: int = field(default=0, init=False)

    def has_room(self, beginning: int) -> bool:
        """Return whether lanes may begin beside these messages and those that are under way."""
        return self._under_way + beginning < MESSAGES_AT_ONCE

    def note_begun(self, calls: Sequence[Call[P]]) -> None:
        """Count calls that ``execute`` is about to handle."""
        self._under_way += sum(len(call.messages) for call in calls)

    def may_join(self, call: Call[P]) -> bool:
        """Return whether a call may run beside others: no suspect, and nothing that failed."""
        return (
            not call.is_alone
            and not call.messages[0].has_failed
            and self.handler.joins([message.payload for message in call.messages])
        )

    async def execute(self, calls: Sequence[Call[P]]) -> list[tuple[Call[P], Work | None]]:
        """Handle these calls; return those that go on alone, with what is left to do of them."""
        try:
            return await self._execute(calls)
        finally:
            self._under_way -= sum(len(call.messages) for call in calls)

    async def _execute(self, calls: Sequence[Call[P]]) -> list[tuple[Call[P], Work | None]]:
        outcomes: Sequence[Outcome] = ()

        async def handle() -> None:
            nonlocal outcomes
            outcomes = await self.handler.handle_together(
                [[message.payload for message in call.messages] for call in calls],
                [self.executor.is_first_of(call) for call in calls],
            )

        everything = Call("", [message for call in calls for message in call.messages])
        try:
            await surround(handle, self.executor.middleware, everything)()
        except Exception:
            # The middleware has logged it. Alone, each call meets its own error.
            return [(call, None) for call in calls]
        alone: list[tuple[Call[P], Work | None]] = []
        for call, outcome in zip(calls, outcomes, strict=True):
            if isinstance(outcome, GoAlone):
                alone.append((call, outcome.work))
            elif isinstance(outcome, Exception):
                alone.append((call, _raising(outcome)))
            else:
                self.executor.settle(call, outcome)
        return alone


def begin_lanes(lanes: Lanes[P], joint: JointCalls[P] | None) -> list[list[Call[P]]]:
    """Begin all lanes that may begin; return the calls that are handled together.

    One that may not join comes alone.
    """
    begun: list[list[Call[P]]] = []
    company: list[Call[P]] = []
    messages = joining = 0
    while (joint is None or joint.has_room(joining)) and (call := lanes.next()) is not None:
        if joint is None or not joint.may_join(call):
            begun.append([call])
            continue
        joining += len(call.messages)
        messages += len(call.messages)
        if not company or len(company) == CALLS or messages > MESSAGES:
            company, messages = [], len(call.messages)
            begun.append(company)
        company.append(call)
    for calls in begun:
        if joint is not None and len(calls) > 1:
            joint.note_begun(calls)
    return begun


def _raising(error: Exception) -> Work:
    async def fail() -> Unfinished | None:
        raise error

    return fail
