"""Orders messages into lanes: one call per lane at a time, batched, suspects alone. Pure."""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic

from workers.runtime.handler import InFlightMessage, P
from workers.runtime.precedence import LOOK_SECONDS, Precedence
from workers.runtime.quarantine import Quarantine
from workers.runtime.rotation import Rotation
from workers.runtime.waiting_messages import WaitingMessages

MAX_BATCH = 100
"""Messages of one lane in one call. A commit holds 500 writes, and each message may need a row."""

MAX_PACED_BATCH = 1_000
"""The same for messages that are paced: they are folded, and more come while they wait."""

ALONE_SECONDS = 30.0
"""How long a suspect waits for the others of its queue, which it could take down with it.

They wait for a suspect only until it has outlived its beginning, so handlers that run for minutes
do not block a whole queue."""


@dataclass(frozen=True, slots=True)
class Call(Generic[P]):
    """One call of the handler, with messages of one lane; ``is_alone`` if it is of a suspect.

    ``turn``: whose turn it takes.
    """

    lane: str
    messages: list[InFlightMessage[P]]
    is_alone: bool = False
    turn: str = ""


class Lanes(Generic[P]):
    """Messages that wait, by lane, and the lanes that run.

    Tenants take turns; within a turn lanes start in the order in which they received work. At most
    ``most_of_turn`` lanes of one turn run. Messages for a running lane wait and form the next
    batch. Paced messages form batches of their own: one begins no sooner than their pace
    after the last of its lane, and while they wait, the lane serves the others. A suspect starts
    when nothing runs, and nothing starts beside its beginning; between two suspects the other lanes
    get a turn, and suspects of tenants take turns. ``quarantine`` is shared with the other queues
    of the process, which wait for the beginning of a suspect too. So is ``precedence``: a queue
    that gives way begins nothing while a message of the one that goes first is late, and at most
    ``most_beside_chat`` of its lanes run while such messages come.
    """

    def __init__(
        self,
        *,
        max_running: int,
        monotonic: Callable[[], float],
        most_of_turn: int | None = None,
        quarantine: Quarantine | None = None,
        precedence: Precedence | None = None,
        goes_first: bool = False,
        gives_way: bool = False,
        most_beside_chat: int | None = None,
        max_batch: int = MAX_BATCH,
        alone_seconds: float = ALONE_SECONDS,
    ) -> None:
        self._max_running = max_running
        self._monotonic = monotonic
        self._max_batch = max_batch
        self._alone_seconds = alone_seconds
        self._waiting = WaitingMessages[P]()
        self._paced = WaitingMessages[P]()
        self._paced_from: OrderedDict[str, float] = OrderedDict()
        """When paced messages of a lane may begin again, in the order of their last beginning."""
        self._alarms: list[tuple[float, str]] = []
        self._ready = Rotation(most_of_turn or max_running)
        self._quarantine = quarantine or Quarantine(monotonic)
        self._precedence = precedence or Precedence(monotonic)
        self._goes_first = goes_first
        self._gives_way = gives_way
        self._most_beside_chat = most_beside_chat or max_running
        self._running: set[str] = set()
        self._suspects: deque[InFlightMessage[P]] = deque()
        self._suspect_since = 0.0
        self._turns = 0

    @property
    def running(self) -> int:
        """Return the number of lanes that run."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Return the number of messages that have not started."""
        return len(self._suspects) + len(self._waiting) + len(self._paced)

    @property
    def waiting_bytes(self) -> int:
        """Return the bytes of data of these messages, without suspects, which are few."""
        return self._waiting.size + self._paced.size

    def seconds_to_next(self) -> float | None:
        """Return after how long a lane may start that only waits for its pace or a suspect."""
        waits = [max(0.0, self._alarms[0][0] - self._monotonic())] if self._alarms else []
        held_back = self._quarantine.seconds_to_next()
        if held_back is not None and (self._suspects or self._ready.has_next()):
            waits.append(held_back)
        if self._is_held_back() and self._ready.has_next():
            waits.append(LOOK_SECONDS)
        return min(waits, default=None)

    def add(self, message: InFlightMessage[P]) -> bool:
        """Let a message wait for its turn; False if it is not needed.

        It is not where one that asks for the same waits: that one is redelivered if this process
        dies, so nothing is lost.
        """
        if message.is_suspect:
            if not self._suspects:
                self._suspect_since = self._monotonic()
            self._suspects.append(message)
            return True
        lane = message.payload.lane
        waiting = self._paced if message.payload.pace_seconds else self._waiting
        if waiting.repeats(message):
            return False
        if self._goes_first and waiting is self._waiting:
            self._precedence.take(message.message_id)
        is_new = lane not in waiting
        waiting.add(message)
        if is_new and lane not in self._running:
            self._line_up(lane, message.payload.turn)
        return True

    def next(self) -> Call[P] | None:
        """Return a call to start now; ask until None after each ``add`` and ``finish``."""
        self._wake()
        is_claimed = self._quarantine.is_claimed_by(self)
        if not (is_claimed or self._quarantine.may_begin()):
            return None
        is_next = not (self._turns and self._ready.has_next())
        if self._suspects and (is_next or is_claimed):
            return self._next_suspect()
        return self._next_lane()

    def finish(self, call: Call[P]) -> None:
        """Free the lane, whatever the outcome."""
        self._leave(call.messages)
        self._running.discard(call.lane)
        self._ready.end(call.turn)
        self._line_up(call.lane, call.turn)
        if call.is_alone:
            self._suspect_since = self._monotonic()
            self._turns = self._max_running
        self._quarantine.end(self, is_suspect=call.is_alone)

    def clear(self) -> list[InFlightMessage[P]]:
        """Remove and return all messages that have not started."""
        removed = [*self._suspects, *self._waiting.clear(), *self._paced.clear()]
        self._leave(removed)
        self._suspects.clear()
        self._alarms.clear()
        self._ready.clear()
        self._quarantine.withdraw(self)
        return removed

    def _line_up(self, lane: str, turn: str) -> None:
        """Make a lane that does not run ready, at once or when its pace allows."""
        if lane in self._waiting or (lane in self._paced and self._may_pace(lane)):
            self._ready.add(lane, turn)
        elif lane in self._paced:
            heapq.heappush(self._alarms, (self._paced_from[lane], lane))

    def _wake(self) -> None:
        now = self._monotonic()
        while self._alarms and self._alarms[0][0] <= now:
            _, lane = heapq.heappop(self._alarms)
            if lane in self._paced and lane not in self._running:
                self._line_up(lane, self._paced.first(lane).payload.turn)
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
        if not self._quarantine.claim(self, has_waited=bool(self._running)):
            return None
        self._suspects.remove(suspect)
        lane, turn = suspect.payload.lane, suspect.payload.turn
        # The next one is of another service, if one of it waits.
        self._suspects = deque(sorted(self._suspects, key=lambda one: one.payload.turn == turn))
        self._running.add(lane)
        self._ready.discard(lane)
        self._ready.note_begun(turn)
        self._quarantine.begin(self, is_suspect=True)
        self._suspect_since = self._monotonic()
        self._turns = self._max_running
        return Call(lane, [suspect], is_alone=True, turn=turn)

    def _next_lane(self) -> Call[P] | None:
        is_lively = self._gives_way and self._precedence.is_lively
        most = self._most_beside_chat if is_lively else self._max_running
        if len(self._running) >= most or self._is_held_back():
            return None
        if (begun := self._ready.begin()) is None:
            return None
        lane, turn = begun
        self._turns = max(0, self._turns - 1)
        self._running.add(lane)
        self._precedence.note_begun(self)
        self._quarantine.begin(self, is_suspect=False)
        # Paced ones first: they come once in their pace, so they cannot hold the others up.
        if lane in self._paced and self._may_pace(lane):
            batch = self._paced.take(lane, MAX_PACED_BATCH)
            pace = batch[0].payload.pace_seconds
            self._paced_from.pop(lane, None)
            self._paced_from[lane] = self._monotonic() + pace
        else:
            batch = self._waiting.take(lane, self._max_batch)
        return Call(lane, batch, turn=turn)

    def _is_held_back(self) -> bool:
        return self._gives_way and self._precedence.holds_back(self)

    def _leave(self, messages: Iterable[InFlightMessage[P]]) -> None:
        if self._goes_first:
            for message in messages:
                self._precedence.leave(message.message_id)

    def _has_waited_long(self) -> bool:
        return self._monotonic() - self._suspect_since >= self._alone_seconds
