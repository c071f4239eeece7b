"""Choose how many people of a batch go into the next commit. Pure."""

from __future__ import annotations

RACES_BEFORE_SPLITTING = 2
"""Try smaller commits after losing this many in a row to other writers."""


class PartSize:
    """Starts with everybody, halves after a failure down to one, doubles after a success.

    So a commit that is too large shrinks until it fits, and a person whose documents are rejected
    or contended ends up in a commit of their own.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = most
        self._races = 0

    @property
    def size(self) -> int:
        """The most people in the next commit."""
        return self._size

    def passed(self) -> None:
        """Note a commit that was applied."""
        self._races = 0
        self._size = min(self._most, self._size * 2)

    def refused(self, written: int) -> None:
        """Note a commit that the store rejects for good."""
        self._races = 0
        self._size = max(1, written // 2)

    def raced(self, written: int) -> bool:
        """Note a commit lost to other writers; return whether to leave out its only person."""
        self._races += 1
        if self._races < RACES_BEFORE_SPLITTING:
            return False
        self._size = max(1, written // 2)
        return written <= 1
