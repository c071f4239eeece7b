"""Who must not be rung by the words of an author in a group: those who block them.

What is known of an author is read once in 50 s, so an ordinary message costs no read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from cachetools import TTLCache

from parley.domain.ports import Clock
from parley.store import Store
from schema import paths
from schema.users import BlockedBy

_FRESH_SECONDS = 50.0
"""How old the knowledge of an author may be: a new block holds within a minute."""

_AUTHORS = 20_000
_BLOCKERS = 200_000
"""Blockers remembered over all authors, some 20 MB at most; an author has up to 5,000."""


class BlockedAuthors:
    """Remembers who blocks the authors of the last minute. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store

        def seconds() -> float:
            return clock.now().timestamp()

        self._unblocked: TTLCache[str, None] = TTLCache(_AUTHORS, _FRESH_SECONDS, timer=seconds)
        self._blockers: TTLCache[str, _Blockers] = TTLCache(
            _BLOCKERS, _FRESH_SECONDS, timer=seconds, getsizeof=len
        )

    async def who_block(
        self, authors: Iterable[str], among: Collection[str]
    ) -> Mapping[str, frozenset[str]]:
        """Return who of these people blocks each author; authors whom nobody does are left out.

        Cost a read for each author who was not looked at lately, and one for each of these people
        who is on the author's list, to see that the block still stands.
        """
        asked = sorted(set(authors))
        unknown = [uid for uid in asked if uid not in self._unblocked and uid not in self._blockers]
        found = await self._read(unknown)
        held: dict[str, _Blockers] = {}
        for uid in asked:
            blockers = found.get(uid) or self._blockers.get(uid)
            if blockers is not None:
                held[uid] = blockers
        if not held:
            return {}
        people = frozenset(among)
        return {uid: await self._standing(uid, one, people) for uid, one in held.items()}

    async def _read(self, authors: list[str]) -> dict[str, _Blockers]:
        """Read the lists of authors; one that cannot be read, or is missing, names nobody."""
        if not authors:
            return {}
        lists = await self._store.get_many([paths.blocked_by(uid) for uid in authors])
        found: dict[str, _Blockers] = {}
        for uid, listed in zip(authors, lists, strict=True):
            parsed = None if listed is None else BlockedBy.parse_or_none(listed.fields)
            if parsed is None or not parsed.by:
                self._unblocked[uid] = None
            else:
                found[uid] = self._blockers[uid] = _Blockers(parsed.by)
        return found

    async def _standing(
        self, author: str, blockers: _Blockers, people: frozenset[str]
    ) -> frozenset[str]:
        """Return who of these people blocks the author still."""
        named = blockers.named & people
        if unsure := sorted(named - blockers.checked):
            blocks = await self._store.get_many(
                [paths.user_block(uid, author) for uid in unsure], select=()
            )
            blockers.checked.update(unsure)
            blockers.gone.update(
                uid for uid, block in zip(unsure, blocks, strict=True) if block is None
            )
        return named - blockers.gone


class _Blockers:
    """The people on an author's list, and what was found of their blocks since."""

    def __init__(self, named: Iterable[str]) -> None:
        self.named = frozenset(named)
        self.checked: set[str] = set()
        self.gone: set[str] = set()

    def __len__(self) -> int:
        return len(self.named)
