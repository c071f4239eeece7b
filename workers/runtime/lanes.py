"""Orders messages into lanes: one call per lane at a time, batched, suspects alone. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from workers.runtime.handler import InFlightMessage, P

MAX_BATCH = 100
"""Messages of one lane in one call. A commit holds 500 writes, and each message may need a row."""

ALONE_SECONDS = 30.0
"""How long other lanes wait for a suspect, and a suspect for them.

Running alone spares other messages a crash. A suspect is identified by its own start counter, so
handlers that run for minutes need not block a whole queue."""


@dataclass(frozen=True, slots=True)
class Call(Generic[P]):
    """One call of the handler, with messages of one lane; ``is_alone`` if it is of a suspect."""

    lane: str
    messages: list[InFlightMessage[P]]
    is_alone: bool = False


class Lanes(Generic[P]):
    """Messages that wait, by lane, and the lanes that run.

    Lanes start in the order in which they received work. Messages for a running lane wait and form
    the next batch. A suspect starts when nothing runs, and nothing starts beside it; between two
    suspects the other lanes get a turn.
    """

    def __init__(
        self,
        *,
        max_running: int,
        monotonic: Callable[[], float],
        max_batch: int = MAX_BATCH,
        alone_seconds: float = ALONE_SECONDS,
    ) -> None:
        self._max_running = max_running
        self._monotonic = monotonic
        self._max_batch = max_batch
        self._alone_seconds = alone_seconds
        self._waiting: dict[str, deque[InFlightMessage[P]]] = {}
        self._ready: deque[str] = deque()
        self._running: set[str] = set()
        self._suspects: deque[InFlightMessage[P]] = deque()
        self._suspect_runs = False
        self._suspect_since = 0.0
        self._turns = 0

    @property
    def running(self) -> int:
        """Return the number of lanes that run."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Return the number of messages that have not started."""
        return len(self._suspects) + sum(len(messages) for messages in self._waiting.values())

    def add(self, message: InFlightMessage[P]) -> None:
        if message.is_suspect:
            if not self._suspects and not self._suspect_runs:
                self._suspect_since = self._monotonic()
            self._suspects.append(message)
            return
        lane = message.payload.lane
        if lane in self._waiting:
            self._waiting[lane].append(message)
            return
        self._waiting[lane] = deque([message])
        if lane not in self._running:
            self._ready.append(lane)

    def next(self) -> Call[P] | None:
        """Return a call to start now; ask until None after each ``add`` and ``finish``."""
        if self._suspect_runs:
            return self._next_lane() if self._has_waited_long() else None
        if self._suspects and not (self._turns and self._ready):
            return self._next_suspect()
        return self._next_lane()

    def finish(self, call: Call[P]) -> None:
        """Free the lane, whatever the outcome."""
        self._running.discard(call.lane)
        if call.lane in self._waiting:
            self._ready.append(call.lane)
        if call.is_alone:
            self._suspect_runs = False
            self._suspect_since = self._monotonic()
            self._turns = self._max_running

    def clear(self) -> list[InFlightMessage[P]]:
        """Remove and return all messages that have not started."""
        removed = [*self._suspects]
        for messages in self._waiting.values():
            removed.extend(messages)
        self._suspects.clear()
        self._waiting.clear()
        self._ready.clear()
        return removed

    def _next_suspect(self) -> Call[P] | None:
        if self._running and not self._has_waited_long():
            return None
        free = (one for one in self._suspects if one.payload.lane not in self._running)
        if (suspect := next(free, None)) is None:
            return None
        self._suspects.remove(suspect)
        lane = suspect.payload.lane
        self._running.add(lane)
        if lane in self._ready:
            self._ready.remove(lane)
        self._suspect_runs = True
        self._suspect_since = self._monotonic()
        return Call(lane, [suspect], is_alone=True)

    def _next_lane(self) -> Call[P] | None:
        if not self._ready or len(self._running) >= self._max_running:
            return None
        self._turns = max(0, self._turns - 1)
        lane = self._ready.popleft()
        self._running.add(lane)
        waiting = self._waiting[lane]
        batch = [waiting.popleft()]
        while (
            waiting
            and len(batch) < self._max_batch
            and not (batch[0].has_failed or waiting[0].has_failed)
        ):
            batch.append(waiting.popleft())
        if not waiting:
            del self._waiting[lane]
        return Call(lane, batch)

    def _has_waited_long(self) -> bool:
        return self._monotonic() - self._suspect_since >= self._alone_seconds
