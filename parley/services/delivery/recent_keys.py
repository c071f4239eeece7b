"""A memory of the last keys, at little cost for each."""

from __future__ import annotations

from collections.abc import Iterator


class RecentKeys:
    """Knows the last ``least`` keys that were added, and at most as many before them.

    Two sets: when the newer is full, the older is forgotten as a whole. A cache that forgets key by
    key takes four times the memory.
    """

    __slots__ = ("_least", "_newer", "_older")

    def __init__(self, least: int) -> None:
        self._least = least
        self._newer: set[int] = set()
        self._older: set[int] = set()

    def __contains__(self, key: int) -> bool:
        return key in self._newer or key in self._older

    def __iter__(self) -> Iterator[int]:
        yield from self._older
        yield from self._newer

    def __len__(self) -> int:
        return len(self._older) + len(self._newer)

    def add(self, key: int) -> None:
        if len(self._newer) >= self._least:
            self._older, self._newer = self._newer, set()
        self._newer.add(key)
