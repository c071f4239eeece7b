"""Remember which uids a file has named, in 8 to 32 bytes each."""

from __future__ import annotations

import hashlib
from array import array

_FULL = 0.6
"""The share of taken places above which the table doubles."""


class SeenUids:
    """A set of uids by 64 bits of their hash, with open addressing.

    Two of a million uids share a hash once in 37 million files. A set of texts would take ten times
    the memory.
    """

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * 1_024))
        self._count = 0

    def add(self, uid: str) -> bool:
        """Add a uid; return False if it was there."""
        digest = hashlib.blake2b(uid.encode(), digest_size=8).digest()
        # 0 marks a free place.
        if not self._put(self._table, int.from_bytes(digest, "little") or 1):
            return False
        self._count += 1
        if self._count > _FULL * len(self._table):
            self._grow()
        return True

    def _grow(self) -> None:
        larger = array("Q", bytes(8 * 2 * len(self._table)))
        for known in self._table:
            if known:
                self._put(larger, known)
        self._table = larger

    @staticmethod
    def _put(table: array[int], key: int) -> bool:
        mask = len(table) - 1
        place = key & mask
        while table[place]:
            if table[place] == key:
                return False
            place = (place + 1) & mask
        table[place] = key
        return True
