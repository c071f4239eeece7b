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

LIVELY_SECONDS = 1.0
"""How long after an ordinary message more of them are expected."""

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
        self._came_at = -LIVELY_SECONDS

    @property
    def is_lively(self) -> bool:
        """Return whether an ordinary message has come lately, so that the next may come any time.

        The others then leave room for it: what they have begun is ahead of it in the store.
        """
        return self._monotonic() - self._came_at < LIVELY_SECONDS

    def take(self, message_id: str) -> None:
        """Note a message that has come."""
        self._in_hand[message_id] = self._came_at = self._monotonic()

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
