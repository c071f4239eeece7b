"""Faults for the in-memory store: lost answers, conflicts, outages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from parley.errors import CommitOutcomeUnknown
from parley.store import Query, Write


@dataclass(frozen=True, slots=True)
class StoreCall:
    """A call of the store, ``before`` it takes effect or ``after`` it and before its answer."""

    moment: Literal["before", "after"]
    operation: Literal["get_many", "stream", "aggregate", "commit"]
    paths: tuple[str, ...] = ()
    query: Query | None = None
    writes: Sequence[Write] = ()

    def touches(self, path: str) -> bool:
        """Whether a commit writes, or a read asks for, this document."""
        return path in self.paths or any(write.path == path for write in self.writes)


Fault = Callable[[StoreCall], Awaitable[None] | None]
"""Called with each call of the store; may raise the error that the caller gets, or wait first."""


def failing(
    error: Exception,
    *,
    operation: str = "commit",
    moment: Literal["before", "after"] = "before",
    times: int = 1,
    where: Callable[[StoreCall], bool] = lambda call: True,
) -> Fault:
    """Raise ``error`` on the next ``times`` matching calls, before or after their effect."""
    left = times

    def fault(call: StoreCall) -> None:
        nonlocal left
        if left and call.operation == operation and call.moment == moment and where(call):
            left -= 1
            raise error

    return fault


def lost_answer(*, times: int = 1, where: Callable[[StoreCall], bool] = lambda call: True) -> Fault:
    """Apply the next commits that match, and lose their answers."""
    error = CommitOutcomeUnknown("the answer was lost (told to lose it)")
    return failing(error, moment="after", times=times, where=where)
