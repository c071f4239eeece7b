"""Handles calls of many lanes together, where the handler can, and each of them alone where not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

from workers.runtime.executor import Executor
from workers.runtime.handler import GoAlone, JointHandler, Outcome, P, Unfinished, Work
from workers.runtime.lanes import Call
from workers.runtime.middleware import surround

CALLS = 100
"""Calls that are handled together: the writes of so many direct chats fill a joined commit."""

MESSAGES = 400
"""Messages of such calls, unless one of them has more."""


@dataclass(frozen=True, slots=True)
class JointCalls(Generic[P]):
    """Runs calls together, in one call of the middleware, and settles those that have ended."""

    handler: JointHandler[P]
    executor: Executor[P]

    def may_join(self, call: Call[P]) -> bool:
        """Return whether a call may run beside others: no suspect, and nothing that failed."""
        return (
            not call.is_alone
            and not call.messages[0].has_failed
            and self.handler.joins([message.payload for message in call.messages])
        )

    async def execute(self, calls: Sequence[Call[P]]) -> list[tuple[Call[P], Work | None]]:
        """Handle these calls; return those that go on alone, with what is left to do of them."""
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


def in_company(calls: Sequence[Call[P]], joint: JointCalls[P] | None) -> Iterator[list[Call[P]]]:
    """Yield the calls that are handled together; one that may not join comes alone."""
    company: list[Call[P]] = []
    messages = 0
    for call in calls:
        if joint is None or not joint.may_join(call):
            yield [call]
            continue
        messages += len(call.messages)
        if company and (len(company) == CALLS or messages > MESSAGES):
            yield company
            company, messages = [], len(call.messages)
        company.append(call)
    if company:
        yield company


def _raising(error: Exception) -> Work:
    async def fail() -> Unfinished | None:
        raise error

    return fail
