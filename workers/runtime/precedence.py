"""Lets campaigns wait while an ordinary message waits, in a process that serves both. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

PATIENCE_SECONDS = 0.05
"""How long an ordinary message may be in hand before campaigns begin nothing more: about what it
takes on an idle machine."""

FORGOTTEN_SECONDS = 2.0
"""After this time in hand a message waits for something else, such as a push provider."""

MOST_SECONDS = 0.5
"""A queue that gives way begins one lane in this time all the same, so that chats that are never
quiet slow a campaign down and do not stop it."""

LOOK_SECONDS = 0.02
"""How soon a queue that gives way looks again."""


class Precedence:
    """One for each process, shared by all its runners.

    The queue that goes first tells what it has in hand; the others ask before they begin a lane.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._in_hand: OrderedDict[str, float] = OrderedDict()
        """When each message came, the oldest first."""
        self._begun: dict[object, float] = {}

    def take(self, message_id: str) -> None:
        """Note a message that has come."""
        self._in_hand[message_id] = self._monotonic()

    def leave(self, message_id: str) -> None:
        """Note that a message is done, or was given back."""
        self._in_hand.pop(message_id, None)

    def holds_back(self, owner: object) -> bool:
        """Return whether this owner has to wait before it begins a lane."""
        now = self._monotonic()
        while self._in_hand and now - next(iter(self._in_hand.values())) > FORGOTTEN_SECONDS:
            self._in_hand.popitem(last=False)
        if not self._in_hand:
            return False
        is_late = now - next(iter(self._in_hand.values())) >= PATIENCE_SECONDS
        return is_late and now - self._begun.get(owner, 0.0) < MOST_SECONDS

    def note_begun(self, owner: object) -> None:
        """Note that a lane of this owner begins."""
        self._begun[owner] = self._monotonic()
