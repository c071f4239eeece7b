"""The store in memory: Firestore's behaviour without Firestore, the same at every run."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.errors import Conflict, StoreRejected
from parley.store import (
    Aggregation,
    CommitResult,
    Count,
    Exists,
    FieldPath,
    Merge,
    Query,
    Snapshot,
    Sum,
    UpdatedAt,
    Write,
)
from parley.store.checks import (
    check_aggregations,
    check_distinct,
    check_document_path,
    check_query,
)
from parley.store.counting import Counts, StoreCounter
from parley.testing.faults import Fault, StoreCall
from parley.testing.firestore_indexes import Indexes
from parley.testing.firestore_limits import check_readable, check_request
from parley.testing.firestore_queries import found, selected, summed
from parley.testing.firestore_query_limits import check_answerable, check_selection, check_summed
from parley.testing.firestore_values import same
from parley.testing.firestore_writes import Fields, PreparedWrite
from schema.paths import last_segment

HISTORY = timedelta(hours=1)
"""How far back ``read_time`` reaches, as in a database without point-in-time recovery
(https://firebase.google.com/docs/firestore/use-pitr)."""
CHUNK = 100
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Version:
    """A document from one time on; no fields where it did not exist."""

    since: datetime
    fields: Fields | None
    update_time: datetime


class InMemoryStore:
    """A ``Store`` held to the same contract suite as the real one.

    Times come from the clock and rise with each commit by at least a microsecond, so order can be
    told from them even when the clock stands. Each call gives other tasks a turn, as a real call
    would. ``faults`` are asked before and after each call takes effect (see ``faults.py``).
    With ``indexes`` it refuses what none of them serves, as Firestore does, but no emulator.
    What it returns and what it was given can be changed without touching what it holds.
    """

    def __init__(self, clock: Clock, indexes: Indexes | None = None) -> None:
        self.faults: list[Fault] = []
        self._clock = clock
        self._indexes = indexes
        self._collections: dict[str, dict[str, list[Version]]] = {}
        self._last = clock.now() - TICK
        self._counter = StoreCounter()

    @property
    def counts(self) -> Counts:
        """Reads, writes and deletes so far, as Firestore would bill them."""
        return self._counter.snapshot()

    def paths(self) -> list[str]:
        """Every document that exists, sorted; not counted."""
        return sorted(path for name in self._collections for path, _ in self._documents(name, None))

    def document(self, path: str) -> Fields | None:
        """One document for a test to look at; not counted, and no fault touches it."""
        snapshot = self._read(path, None, None)
        return None if snapshot is None else snapshot.fields

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        for path in paths:
            check_readable(check_document_path(path))
        check_selection(select or ())
        if not paths:
            return []
        call = StoreCall("before", "get_many", paths=tuple(paths))
        await self._meet(call)
        self._check_read_time(read_time)
        unique = {path: self._read(path, select, read_time) for path in paths}
        self._counter.read(list(unique))
        await self._meet(call)
        return [unique[path] for path in paths]

    async def get_timed(
        self, path: str, *, select: tuple[FieldPath, ...] | None = None
    ) -> tuple[Snapshot | None, datetime]:
        (snapshot,) = await self.get_many([path], select=select)
        return snapshot, max(self._clock.now(), self._last)

    async def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        self._check_query(query)
        await self._meet(StoreCall("before", "stream", query=query))
        self._check_read_time(read_time)
        paths = [path for path, _ in found(query, self._searched(query, read_time))]
        self._counter.queried(query.collection, len(paths))
        # The answer is of one moment, however long its reader takes.
        moment = read_time or self._last
        for start in range(0, len(paths), CHUNK):
            chunk = [
                self._read(path, query.select, moment) for path in paths[start : start + CHUNK]
            ]
            yield [snapshot for snapshot in chunk if snapshot is not None]
            await self._meet(StoreCall("after", "stream", query=query))

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        check_aggregations(aggregations)
        self._check_query(
            query, [one.field for one in aggregations.values() if isinstance(one, Sum)]
        )
        await self._meet(StoreCall("before", "aggregate", query=query))
        documents = [fields for _, fields in found(query, self._searched(query, None))]
        self._counter.aggregated(query.collection, len(documents))
        await self._meet(StoreCall("after", "aggregate", query=query))
        return {
            name: len(documents) if isinstance(one, Count) else summed(documents, one.field)
            for name, one in aggregations.items()
        }

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        check_distinct(writes)
        if (admitted := self._counter.committing(writes)) is not None:
            await admitted
        prepared = [PreparedWrite(write) for write in writes]
        for one in prepared:
            one.check_limits()
        check_request(one.bytes for one in prepared)
        await self._meet(StoreCall("before", "commit", writes=writes))
        time = max(self._clock.now(), self._last + TICK)
        current = [self._version(write.path, None) for write in prepared]
        for write, version in zip(prepared, current, strict=True):
            _check_precondition(write.write, version)
        after = [
            self._next_version(write, version, time)
            for write, version in zip(prepared, current, strict=True)
        ]
        self._last = time
        for write, old, new in zip(prepared, current, after, strict=True):
            if new is not old and new is not None:
                self._keep(write.path, new)
        self._counter.committed(writes)
        await self._meet(StoreCall("after", "commit", writes=writes))
        return CommitResult(
            time,
            tuple(time if new is None or new.fields is None else new.update_time for new in after),
        )

    async def _meet(self, call: StoreCall) -> None:
        await asyncio.sleep(0)
        for fault in list(self.faults):
            waiting = fault(call)
            if waiting is not None:
                await waiting

    def _check_query(self, query: Query, sums: Sequence[FieldPath] = ()) -> None:
        check_query(query)
        check_answerable(query)
        for field in sums:
            check_summed(field)
        if self._indexes is not None and (missing := self._indexes.missing(query, sums)):
            raise StoreRejected(
                f"The query needs an index: {missing}. Declare it in rules/firestore.indexes.json"
            )

    def _check_read_time(self, read_time: datetime | None) -> None:
        if read_time is None:
            return
        now = max(self._clock.now(), self._last)
        if not now - HISTORY <= read_time <= now:
            raise StoreRejected(f"no reading at {read_time}: within an hour before {now} only")

    def _version(self, path: str, read_time: datetime | None) -> Version | None:
        versions = self._collections.get(path.rpartition("/")[0], {}).get(path)
        if not versions:
            return None
        if read_time is None:
            return versions[-1]
        position = bisect_right(versions, read_time, key=lambda version: version.since)
        return versions[position - 1] if position else None

    def _read(
        self, path: str, select: tuple[FieldPath, ...] | None, read_time: datetime | None
    ) -> Snapshot | None:
        version = self._version(path, read_time)
        if version is None or version.fields is None:
            return None
        fields = selected(version.fields, select)
        return Snapshot(path, fields, version.update_time)

    def _searched(self, query: Query, read_time: datetime | None) -> Iterator[tuple[str, Fields]]:
        for collection in list(self._collections):
            is_meant = query.is_group and last_segment(collection) == query.collection
            if is_meant or collection == query.collection:
                yield from self._documents(collection, read_time)

    def _documents(
        self, collection: str, read_time: datetime | None
    ) -> Iterator[tuple[str, Fields]]:
        for path in self._collections.get(collection, ()):
            version = self._version(path, read_time)
            if version is not None and version.fields is not None:
                yield path, version.fields

    def _next_version(
        self, write: PreparedWrite, old: Version | None, time: datetime
    ) -> Version | None:
        """The version that a write leaves; the old one where nothing changes."""
        before = None if old is None else old.fields
        after = write.applied(before, time)
        if after is None:
            return old if before is None else Version(time, None, time)
        if before is not None and same(before, after):
            return old
        if self._indexes is not None:
            self._indexes.check_entries(write.path, after)
        return Version(time, after, time)

    def _keep(self, path: str, version: Version) -> None:
        documents = self._collections.setdefault(path.rpartition("/")[0], {})
        versions = documents.setdefault(path, [])
        # One version from before the hour stays: it is what stood at its beginning.
        while len(versions) > 1 and versions[1].since <= version.since - HISTORY:
            del versions[0]
        versions.append(version)


def _check_precondition(write: Write, version: Version | None) -> None:
    exists = version is not None and version.fields is not None
    precondition = None if isinstance(write, Merge) else write.precondition
    match precondition:
        case Exists(value) if value != exists:
            raise Conflict(f"{write.path} {'exists' if exists else 'does not exist'}")
        case UpdatedAt(time) if version is None or not exists or version.update_time != time:
            stands = f"was changed at {version.update_time}" if version and exists else "is gone"
            raise Conflict(f"{write.path} {stands}, not at {time}")
