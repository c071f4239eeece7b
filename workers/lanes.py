"""Which messages are worked on next: one lane at a time, folded, and suspects alone. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from workers.handler import Held, P

FOLD = 100
"""Messages of one lane in one call. A commit takes 500 writes, and a row may be one for each."""

ALONE_SECONDS = 30.0
"""How long others wait for a suspect, and a suspect for others.

Being alone spares the others a crash; who is to blame is known from the suspects' own counters.
So handlers that run for minutes need not stop a whole queue."""


@dataclass(frozen=True, slots=True)
class Work(Generic[P]):
    """Messages of one lane for one call of the handler."""

    lane: str
    messages: list[Held[P]]
    alone: bool = False


class Lanes(Generic[P]):
    """Messages that wait, by lane, and the lanes that are busy.

    Lanes begin in the order in which they got something to do. A message that arrives for a busy
    lane waits, and is folded with the others that do. A suspect waits until nothing runs, and
    nothing else begins beside it; between two suspects the other lanes get a turn.
    """

    def __init__(
        self,
        *,
        at_once: int,
        monotonic: Callable[[], float],
        fold: int = FOLD,
        alone_seconds: float = ALONE_SECONDS,
    ) -> None:
        self._at_once = at_once
        self._monotonic = monotonic
        self._fold = fold
        self._alone_seconds = alone_seconds
        self._waiting: dict[str, deque[Held[P]]] = {}
        self._ready: deque[str] = deque()
        self._busy: set[str] = set()
        self._suspects: deque[Held[P]] = deque()
        self._suspect_runs = False
        self._suspect_since = 0.0
        self._turns = 0

    @property
    def busy(self) -> int:
        """Lanes that are worked on."""
        return len(self._busy)

    @property
    def waiting(self) -> int:
        """Messages that are not begun."""
        return len(self._suspects) + sum(len(messages) for messages in self._waiting.values())

    def add(self, held: Held[P]) -> None:
        if held.suspect:
            if not self._suspects and not self._suspect_runs:
                self._suspect_since = self._monotonic()
            self._suspects.append(held)
            return
        lane = held.payload.lane
        if lane in self._waiting:
            self._waiting[lane].append(held)
            return
        self._waiting[lane] = deque([held])
        if lane not in self._busy:
            self._ready.append(lane)

    def next(self) -> Work[P] | None:
        """What to begin now, or None; call until None after each ``add`` and ``end``."""
        if self._suspect_runs:
            return self._next_lane() if self._is_patience_over() else None
        if self._suspects and not (self._turns and self._ready):
            return self._next_suspect()
        return self._next_lane()

    def end(self, work: Work[P]) -> None:
        """The work is over, however it went."""
        self._busy.discard(work.lane)
        if work.lane in self._waiting:
            self._ready.append(work.lane)
        if work.alone:
            self._suspect_runs = False
            self._suspect_since = self._monotonic()
            self._turns = self._at_once

    def clear(self) -> list[Held[P]]:
        """Take out everything that is not begun."""
        left = [*self._suspects]
        for messages in self._waiting.values():
            left.extend(messages)
        self._suspects.clear()
        self._waiting.clear()
        self._ready.clear()
        return left

    def _next_suspect(self) -> Work[P] | None:
        if self._busy and not self._is_patience_over():
            return None
        suspect = next((one for one in self._suspects if one.payload.lane not in self._busy), None)
        if suspect is None:
            return None
        self._suspects.remove(suspect)
        lane = suspect.payload.lane
        self._busy.add(lane)
        if lane in self._ready:
            self._ready.remove(lane)
        self._suspect_runs = True
        self._suspect_since = self._monotonic()
        return Work(lane, [suspect], alone=True)

    def _next_lane(self) -> Work[P] | None:
        if not self._ready or len(self._busy) >= self._at_once:
            return None
        self._turns = max(0, self._turns - 1)
        lane = self._ready.popleft()
        self._busy.add(lane)
        messages = self._waiting[lane]
        taken = [messages.popleft()]
        while messages and len(taken) < self._fold and not (taken[0].single or messages[0].single):
            taken.append(messages.popleft())
        if not messages:
            del self._waiting[lane]
        return Work(lane, taken)

    def _is_patience_over(self) -> bool:
        return self._monotonic() - self._suspect_since >= self._alone_seconds
