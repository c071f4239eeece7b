"""A store on which the small reads and commits of many pieces of work travel together.

Each piece of work decides as if it was alone. Its commit keeps its own preconditions, and what is
committed together is all applied or not at all, so a fence still rides with its effects. A commit
whose partners spoil it is tried again in smaller company, and at last alone, so that nobody is
harmed by another's conflict.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from math import isqrt
from typing import cast, overload

from parley.errors import CommitOutcomeUnknown, ParleyError, RetryableError, StoreContended
from parley.store.joined_calls import Asked, JoinedCalls
from parley.store.port import Store
from parley.store.queries import Aggregation, Query
from parley.store.values import FieldPath, Snapshot
from parley.store.writes import CommitResult, Write

DOCUMENTS = 500
"""The most documents of a joined read."""

WRITES = 400
"""The most writes of a joined commit, that of a hundred messages in direct chats. A commit holds
the locks of all its documents, and in production many small ones beat few large ones."""

WORTH_A_CALL = 50
"""Reads and commits of so many documents gain nothing by company, and would only delay it."""

_Selected = tuple[str, ...] | None
_ALONE = 20_000
_ALONE_SECONDS = 60.0
"""Documents whose commits are remembered to go alone, and for how long."""


class JoiningStore:
    """A ``Store`` that joins calls. One a process, for the work whose calls are small and many.

    A joined read with field paths into maps has those of all its callers, so a caller may find
    fields of a map for which another one asked.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reads: dict[_Selected, JoinedCalls[_Read]] = {}
        self._commits: JoinedCalls[Sequence[Write]] = JoinedCalls(self._commit_together, WRITES)
        self._alone: dict[str, float] = {}
        """Documents whose commits go alone, in the order of the times until when they do."""

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        if not paths:
            return []
        if read_time is not None or len(paths) >= WORTH_A_CALL:
            return await self._store.get_many(paths, select=select, read_time=read_time)
        plain, nested = _parted(select)
        reads = self._reads.get(plain)
        if reads is None:
            reads = self._reads[plain] = JoinedCalls(self._read_together, DOCUMENTS)
        asked = reads.ask(_Read(paths, plain, nested), len(paths))
        return cast(list[Snapshot | None], await asked.answer)

    async def get_timed(
        self, path: str, *, select: tuple[FieldPath, ...] | None = None
    ) -> tuple[Snapshot | None, datetime]:
        return await self._store.get_timed(path, select=select)

    def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        return self._store.stream(query, read_time=read_time)

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        return await self._store.aggregate(query, aggregations)

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        if not 0 < len(writes) < WORTH_A_CALL:
            return await self._store.commit(writes)
        names = frozenset([write.path for write in writes])
        if len(names) < len(writes) or (self._alone and self._goes_alone(names)):
            return await self._store.commit(writes)
        asked = self._commits.ask(writes, len(writes), names)
        return cast(CommitResult, await asked.answer)

    async def commit_each(
        self, commits: Sequence[Sequence[Write]]
    ) -> list[CommitResult | Exception]:
        """Commit many pieces of work at once; return the result or the error of each, in order.

        It is as if each was given to ``commit`` in the same turn of the event loop.
        """
        asked = []
        batches: list[list[Asked[Sequence[Write]]]] = []
        batch: list[Asked[Sequence[Write]]] = []
        taken: set[str] = set()
        size = 0
        for writes in commits:
            names = frozenset([write.path for write in writes])
            one = Asked(writes, len(writes), names)
            asked.append(one)
            if len(names) < len(writes) or (self._alone and self._goes_alone(names)):
                batches.append([one])
                continue
            if batch and (size + len(writes) > WRITES or not taken.isdisjoint(names)):
                batches.append(batch)
                batch, taken, size = [], set(), 0
            batch.append(one)
            taken |= names
            size += len(writes)
        if batch:
            batches.append(batch)
        await asyncio.gather(*map(self._commit_together, batches))
        return [one.outcome() for one in asked]

    async def _read_together(self, batch: list[Asked[_Read]]) -> None:
        paths = [path for asked in batch for path in asked.what.paths]
        try:
            found = await self._store.get_many(paths, select=_joined(asked.what for asked in batch))
        except Exception as error:
            if len(batch) == 1 or isinstance(error, RetryableError):
                for asked in batch:
                    asked.fail(error)
                return
            # One of them asked for what cannot be read.
            await asyncio.gather(*(self._read_together([asked]) for asked in batch))
            return
        start = 0
        for asked in batch:
            end = start + len(asked.what.paths)
            asked.give(found[start:end])
            start = end

    async def _commit_together(self, batch: list[Asked[Sequence[Write]]]) -> None:
        """Commit all in one; in parts if one of them spoils it."""
        writes = [write for asked in batch for write in asked.what]
        try:
            result = await self._store.commit(writes)
        except CommitOutcomeUnknown as error:
            for asked in batch:
                # If one of them is why there is no answer, the others must not meet it again.
                self._send_alone(asked.names)
                asked.fail(error)
        except (ParleyError, ValueError) as error:
            is_away = isinstance(error, RetryableError) and not isinstance(error, StoreContended)
            if len(batch) == 1 or is_away:
                for asked in batch:
                    asked.fail(error)
                return
            size = isqrt(len(batch))
            parts = [batch[start : start + size] for start in range(0, len(batch), size)]
            await asyncio.gather(*(self._commit_together(part) for part in parts))
        else:
            start = 0
            for asked in batch:
                end = start + len(asked.what)
                asked.give(CommitResult(result.commit_time, _Part(result.update_times, start, end)))
                start = end

    def _send_alone(self, names: Iterable[str]) -> None:
        until = asyncio.get_running_loop().time() + _ALONE_SECONDS
        for name in names:
            self._alone.pop(name, None)
            self._alone[name] = until
        while len(self._alone) > _ALONE:
            del self._alone[next(iter(self._alone))]

    def _goes_alone(self, names: frozenset[str]) -> bool:
        now = asyncio.get_running_loop().time()
        while self._alone and self._alone[oldest := next(iter(self._alone))] <= now:
            del self._alone[oldest]
        return not names.isdisjoint(self._alone)


class _Part(Sequence[datetime]):
    """Some of the update times of a joined commit; nothing is decoded before it is asked for."""

    __slots__ = ("_end", "_start", "_whole")

    def __init__(self, whole: Sequence[datetime], start: int, end: int) -> None:
        self._whole, self._start, self._end = whole, start, end

    def __len__(self) -> int:
        return self._end - self._start

    @overload
    def __getitem__(self, index: int) -> datetime: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[datetime]: ...
    def __getitem__(self, index: int | slice) -> datetime | Sequence[datetime]:
        places = range(self._start, self._end)[index]
        if isinstance(places, int):
            return self._whole[places]
        return tuple(self._whole[place] for place in places)


class _Read:
    """Paths to read; ``plain`` fields and those inside maps. All fields if ``plain`` is None."""

    __slots__ = ("nested", "paths", "plain")

    def __init__(self, paths: Sequence[str], plain: _Selected, nested: tuple[FieldPath, ...]):
        self.paths = paths
        self.plain = plain
        self.nested = nested


def _parted(select: tuple[FieldPath, ...] | None) -> tuple[_Selected, tuple[FieldPath, ...]]:
    """Return the plain fields, by which reads are joined, and the field paths into maps."""
    if select is None:
        return None, ()
    plain = tuple(field for field in select if type(field) is str)
    nested = tuple(field for field in select if type(field) is not str)
    return plain, nested


def _joined(reads: Iterable[_Read]) -> tuple[FieldPath, ...] | None:
    nested: dict[FieldPath, None] = {}
    plain: _Selected = None
    for read in reads:
        plain = read.plain
        nested.update(dict.fromkeys(read.nested))
    return None if plain is None else (*plain, *nested)
