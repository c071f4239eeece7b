"""Requests to one server that are given together, and their outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from parley.adapters.http_connection import HttpAnswer


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A request whose answer did not come. ``is_in_doubt``: the server may have acted on it."""

    code: str
    is_in_doubt: bool


Outcome = HttpAnswer | NoAnswer


@dataclass(slots=True, eq=False)
class RequestGroup:
    """Requests of one caller, who is woken when all have an outcome.

    ``head``: the first bytes of each, up to the length of its body.
    """

    head: bytes
    bodies: Iterator[bytes]
    outcomes: list[Outcome | None]
    done: asyncio.Future[None]
    begun: int = 0
    settled: int = 0

    @property
    def waiting(self) -> int:
        """Return the number of requests that have not begun."""
        return len(self.outcomes) - self.begun

    def settle(self, index: int, outcome: Outcome) -> None:
        """Record an outcome."""
        self.outcomes[index] = outcome
        self.settled += 1
        if self.settled == len(self.outcomes) and not self.done.done():
            self.done.set_result(None)

    def fail_waiting(self, code: str) -> None:
        """Record that requests which have not begun were not sent."""
        for index in range(self.begun, len(self.outcomes)):
            self.settle(index, NoAnswer(code, is_in_doubt=False))


@dataclass(slots=True, eq=False)
class InFlight:
    """A request without an outcome, on a connection. ``deadline``: a time of the event loop."""

    group: RequestGroup
    index: int
    deadline: float
