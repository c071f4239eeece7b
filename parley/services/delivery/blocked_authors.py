"""Who must not be rung by the words of an author in a group: those who block them.

What is known of an author is read once in 50 s. Meanwhile the blocks that are new over all people
are looked at once in two seconds, so an ordinary message costs no read of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from cachetools import TTLCache

from parley.domain.ports import Clock
from parley.store import OrderBy, Query, Store, Where
from schema import paths
from schema.users import BlockedBy

_FRESH_SECONDS = 50.0
"""How old the knowledge of an author may be."""

_LOOK_EVERY = timedelta(seconds=2)
_LOOK_BACK = timedelta(seconds=_FRESH_SECONDS + 20)
"""How far the first look goes: what an author's list may not say yet, and what its event takes."""

_OVERLAP = timedelta(seconds=10)
"""How far each look goes behind the one before: the store's clock and this one differ."""

_MOST_NEW = 200
"""Blocks of one look. Somebody may write thousands a minute; the next looks go on from there."""

_AUTHORS = 20_000
_BLOCKERS = 200_000
"""Blockers remembered over all authors, some 20 MB at most; an author has up to 5,000."""


class BlockedAuthors:
    """Remembers who blocks the authors of the last minute. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._looking = asyncio.Lock()
        self._looked_at: datetime | None = None
        self._behind: tuple[datetime, str] | None = None
        """The last block of a look that did not see all: its time and path."""

        def seconds() -> float:
            return clock.now().timestamp()

        self._unblocked: TTLCache[str, None] = TTLCache(_AUTHORS, _FRESH_SECONDS, timer=seconds)
        self._blockers: TTLCache[str, _Blockers] = TTLCache(
            _BLOCKERS, _FRESH_SECONDS, timer=seconds, getsizeof=len
        )
        self._new: TTLCache[str, dict[str, object]] = TTLCache(
            _AUTHORS, _LOOK_BACK.total_seconds(), timer=seconds
        )
        """Who has blocked an author lately, and when; the list may know nothing of it."""

    async def who_block(
        self, authors: Iterable[str], among: Collection[str]
    ) -> Mapping[str, frozenset[str]]:
        """Return who of these people blocks each author; authors whom nobody does are left out.

        Cost a read for each author who was not looked at lately, a look at new blocks if the last
        one is two seconds old, and a read for each of these people who is on the author's list, to
        see that the block still stands.
        """
        asked = sorted(set(authors))
        # An author's list follows a new block within seconds, and its event may be lost.
        await self._look_for_new()
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

    async def _look_for_new(self) -> None:
        """Note who has blocked whom since the last look; one query, of blocks of all people."""
        async with self._looking:
            now = self._clock.now()
            if self._looked_at is not None and timedelta(0) <= now - self._looked_at < _LOOK_EVERY:
                return
            oldest = now - _LOOK_BACK
            since = oldest if self._looked_at is None else max(oldest, self._looked_at - _OVERLAP)
            behind = self._behind if self._behind and self._behind[0] > oldest else None
            query = Query(
                paths.BLOCKED,
                where=(Where("createdAt", ">=", since if behind is None else behind[0]),),
                order_by=(OrderBy("createdAt"), OrderBy("__name__")),
                start_after=behind,
                limit=_MOST_NEW,
                select=("createdAt",),
                is_group=True,
            )
            found = [block async for page in self._store.stream(query) for block in page]
            for block in found:
                parts = block.path.split("/")
                if len(parts) == 4:
                    self._note(parts[3], parts[1], block.fields.get("createdAt"))
            self._looked_at, self._behind = now, None
            if len(found) == _MOST_NEW:
                last = found[-1].fields.get("createdAt")
                self._behind = (last, found[-1].path) if isinstance(last, datetime) else None

    def _note(self, author: str, blocker: str, at: object) -> None:
        """Add a block to what is known of the author, unless an earlier look has."""
        noted = self._new.get(author, {})
        if noted.get(blocker) == at:
            return
        self._new[author] = {**noted, blocker: at}
        known = self._blockers.get(author)
        if known is not None:
            known.add(blocker)
        elif author in self._unblocked:
            del self._unblocked[author]
            self._blockers[author] = _Blockers([blocker])

    async def _read(self, authors: list[str]) -> dict[str, _Blockers]:
        """Read the lists of authors; one that cannot be read, or is missing, names nobody."""
        if not authors:
            return {}
        lists = await self._store.get_many([paths.blocked_by(uid) for uid in authors])
        found: dict[str, _Blockers] = {}
        for uid, listed in zip(authors, lists, strict=True):
            parsed = None if listed is None else BlockedBy.parse_or_none(listed.fields)
            named = {*(parsed.by if parsed is not None else ()), *self._new.get(uid, ())}
            if named:
                found[uid] = self._blockers[uid] = _Blockers(named)
            else:
                self._unblocked[uid] = None
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
        return frozenset(named - blockers.gone)


class _Blockers:
    """The people on an author's list, and what was found of their blocks since."""

    def __init__(self, named: Iterable[str]) -> None:
        self.named = set(named)
        self.checked: set[str] = set()
        self.gone: set[str] = set()

    def add(self, uid: str) -> None:
        """Add somebody whose block is new, and forget what was found of an earlier one."""
        self.named.add(uid)
        self.checked.discard(uid)
        self.gone.discard(uid)

    def __len__(self) -> int:
        return max(1, len(self.named))
