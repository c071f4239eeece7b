"""Lanes that are ready to begin, in turns: one tenant's many lanes delay nobody else's. Pure."""

from __future__ import annotations

from collections import Counter, OrderedDict


class Rotation:
    """Ready lanes by turn, and how many lanes of each turn run.

    The next lane is of the turn that has waited longest since its last one; within a turn, lanes
    begin in the order in which they became ready. At most ``most_of_turn`` lanes of one turn run.
    """

    def __init__(self, most_of_turn: int) -> None:
        self._most_of_turn = most_of_turn
        self._ready: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._turn_of: dict[str, str] = {}
        self._running: Counter[str] = Counter()

    def add(self, lane: str, turn: str) -> None:
        """Line up a lane that does not run; no-op if it stands in line."""
        if lane not in self._turn_of:
            self._turn_of[lane] = turn
            self._ready.setdefault(turn, OrderedDict())[lane] = None

    def discard(self, lane: str) -> None:
        """Take a lane out of the line."""
        turn = self._turn_of.pop(lane, None)
        if turn is not None:
            lanes = self._ready[turn]
            del lanes[lane]
            if not lanes:
                del self._ready[turn]

    def has_next(self) -> bool:
        """Return whether a lane may begin."""
        return self._next_turn() is not None

    def begin(self) -> tuple[str, str] | None:
        """Take the next lane out of the line, and count it as running; None if none may begin.

        Return it with its turn.
        """
        turn = self._next_turn()
        if turn is None:
            return None
        lane = next(iter(self._ready[turn]))
        self.discard(lane)
        if turn in self._ready:
            self._ready.move_to_end(turn)
        self._running[turn] += 1
        return lane, turn

    def note_begun(self, turn: str) -> None:
        """Count a lane that began out of turn."""
        self._running[turn] += 1

    def end(self, turn: str) -> None:
        """Count a lane of this turn as ended."""
        self._running[turn] -= 1
        if not self._running[turn]:
            del self._running[turn]

    def clear(self) -> None:
        """Take all lanes out of the line."""
        self._ready.clear()
        self._turn_of.clear()

    def _next_turn(self) -> str | None:
        for turn in self._ready:
            if self._running[turn] < self._most_of_turn:
                return turn
        return None
