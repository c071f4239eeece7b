"""How many people of a batch go into one commit, after commits that failed. Pure."""

from __future__ import annotations

RACES_BEFORE_SPLITTING = 2
"""Commits in a row that others may outrace before smaller ones are tried."""


class PartSize:
    """All at first; half of what failed, down to one; twice of what passed, up to all.

    So a commit that is too large is found a size that fits, and a person whose documents are
    refused, or fought over, ends up in a commit of their own.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = most
        self._races = 0

    @property
    def size(self) -> int:
        """People in the next commit, at most."""
        return self._size

    def passed(self) -> None:
        """A commit was applied."""
        self._races = 0
        self._size = min(self._most, self._size * 2)

    def refused(self, written: int) -> None:
        """The store will never take that commit to so many people."""
        self._races = 0
        self._size = max(1, written // 2)

    def raced(self, written: int) -> bool:
        """Others were first; whether to leave the person alone who was the only one in it."""
        self._races += 1
        if self._races < RACES_BEFORE_SPLITTING:
            return False
        self._size = max(1, written // 2)
        return written <= 1
