"""A store that counts what is read through it, for one caller among many."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from parley.store import Aggregation, CommitResult, FieldPath, Query, Snapshot, Store, Write


class CountedReads:
    """Passes calls on to a store; ``reads`` counts documents as Firestore bills them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        self.reads += len(set(paths))
        return await self._store.get_many(paths, select=select, read_time=read_time)

    async def get_timed(
        self, path: str, *, select: tuple[FieldPath, ...] | None = None
    ) -> tuple[Snapshot | None, datetime]:
        self.reads += 1
        return await self._store.get_timed(path, select=select)

    async def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        found = 0
        async for page in self._store.stream(query, read_time=read_time):
            found += len(page)
            yield page
        self.reads += max(1, found)

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        self.reads += 1
        return await self._store.aggregate(query, aggregations)

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        return await self._store.commit(writes)
