"""Orders messages into lanes: one call per lane at a time, batched, suspects alone. Pure."""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from workers.runtime.handler import InFlightMessage, P

MAX_BATCH = 100
"""Messages of one lane in one call. A commit holds 500 writes, and each message may need a row."""

MAX_PACED_BATCH = 1_000
"""The same for messages that are paced: they are folded, and more come while they wait."""

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
    the next batch. Paced messages form batches of their own: one begins no sooner than their pace
    after the last of its lane, and while they wait, the lane serves the others. A suspect starts
    when nothing runs, and nothing starts beside it; between two suspects the other lanes get a
    turn.
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
        self._paced: dict[str, deque[InFlightMessage[P]]] = {}
        self._paced_from: OrderedDict[str, float] = OrderedDict()
        """When paced messages of a lane may begin again, in the order of their last beginning."""
        self._alarms: list[tuple[float, str]] = []
        self._ready: OrderedDict[str, None] = OrderedDict()
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
        waiting = (*self._waiting.values(), *self._paced.values())
        return len(self._suspects) + sum(len(messages) for messages in waiting)

    def seconds_to_next(self) -> float | None:
        """Return after how long a lane may start that only waits for its pace."""
        return max(0.0, self._alarms[0][0] - self._monotonic()) if self._alarms else None

    def add(self, message: InFlightMessage[P]) -> None:
        if message.is_suspect:
            if not self._suspects and not self._suspect_runs:
                self._suspect_since = self._monotonic()
            self._suspects.append(message)
            return
        lane = message.payload.lane
        waiting = self._paced if message.payload.pace_seconds else self._waiting
        if lane in waiting:
            waiting[lane].append(message)
            return
        waiting[lane] = deque([message])
        if lane not in self._running:
            self._line_up(lane)

    def next(self) -> Call[P] | None:
        """Return a call to start now; ask until None after each ``add`` and ``finish``."""
        self._wake()
        if self._suspect_runs:
            return self._next_lane() if self._has_waited_long() else None
        if self._suspects and not (self._turns and self._ready):
            return self._next_suspect()
        return self._next_lane()

    def finish(self, call: Call[P]) -> None:
        """Free the lane, whatever the outcome."""
        self._running.discard(call.lane)
        self._line_up(call.lane)
        if call.is_alone:
            self._suspect_runs = False
            self._suspect_since = self._monotonic()
            self._turns = self._max_running

    def clear(self) -> list[InFlightMessage[P]]:
        """Remove and return all messages that have not started."""
        removed = [*self._suspects]
        for messages in (*self._waiting.values(), *self._paced.values()):
            removed.extend(messages)
        self._suspects.clear()
        self._waiting.clear()
        self._paced.clear()
        self._alarms.clear()
        self._ready.clear()
        return removed

    def _line_up(self, lane: str) -> None:
        """Make a lane that does not run ready, at once or when its pace allows."""
        if lane in self._waiting or (lane in self._paced and self._may_pace(lane)):
            self._ready.setdefault(lane)
        elif lane in self._paced:
            heapq.heappush(self._alarms, (self._paced_from[lane], lane))

    def _wake(self) -> None:
        now = self._monotonic()
        while self._alarms and self._alarms[0][0] <= now:
            _, lane = heapq.heappop(self._alarms)
            if lane not in self._running:
                self._line_up(lane)
        while self._paced_from and next(iter(self._paced_from.values())) <= now:
            self._paced_from.popitem(last=False)

    def _may_pace(self, lane: str) -> bool:
        return self._paced_from.get(lane, 0.0) <= self._monotonic()

    def _next_suspect(self) -> Call[P] | None:
        if self._running and not self._has_waited_long():
            return None
        free = (one for one in self._suspects if one.payload.lane not in self._running)
        if (suspect := next(free, None)) is None:
            return None
        self._suspects.remove(suspect)
        lane = suspect.payload.lane
        self._running.add(lane)
        self._ready.pop(lane, None)
        self._suspect_runs = True
        self._suspect_since = self._monotonic()
        return Call(lane, [suspect], is_alone=True)

    def _next_lane(self) -> Call[P] | None:
        if not self._ready or len(self._running) >= self._max_running:
            return None
        self._turns = max(0, self._turns - 1)
        lane, _ = self._ready.popitem(last=False)
        self._running.add(lane)
        # Paced ones first: they come once in their pace, so they cannot hold the others up.
        if lane in self._paced and self._may_pace(lane):
            batch = _take(self._paced, lane, MAX_PACED_BATCH)
            pace = batch[0].payload.pace_seconds
            self._paced_from.pop(lane, None)
            self._paced_from[lane] = self._monotonic() + pace
        else:
            batch = _take(self._waiting, lane, self._max_batch)
        return Call(lane, batch)

    def _has_waited_long(self) -> bool:
        return self._monotonic() - self._suspect_since >= self._alone_seconds


def _take(
    lanes: dict[str, deque[InFlightMessage[P]]], lane: str, most: int
) -> list[InFlightMessage[P]]:
    """Take the next batch of a lane; one that has failed comes alone."""
    waiting = lanes[lane]
    batch = [waiting.popleft()]
    while waiting and len(batch) < most and not (batch[0].has_failed or waiting[0].has_failed):
        batch.append(waiting.popleft())
    if not waiting:
        del lanes[lane]
    return batch
