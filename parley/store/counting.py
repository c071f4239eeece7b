"""Count the calls of a store in the units of Firestore's bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from parley.store.writes import Delete, Write

AGGREGATED_PER_READ = 1_000

Kind = Literal["reads", "writes", "deletes"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts at one moment, or between two (``after - before``).

    ``by_collection`` is keyed by kind and by the collections of a path, ids left out:
    ``("writes", "userChats/chats")``.
    """

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    by_collection: Counter[tuple[Kind, str]] = field(default_factory=Counter)

    def __sub__(self, earlier: Counts) -> Counts:
        """Return the difference to an earlier moment."""
        return Counts(
            self.reads - earlier.reads,
            self.writes - earlier.writes,
            self.deletes - earlier.deletes,
            Counter(
                {
                    key: count - earlier.by_collection[key]
                    for key, count in self.by_collection.items()
                    if count != earlier.by_collection[key]
                }
            ),
        )

    def of(self, kind: Kind, collection: str) -> int:
        """Return the count of one kind for a collection, such as ``chats/members``."""
        return self.by_collection[kind, collection]


BeforeCommit = Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class WriteMeter:
    """Counts the documents that one piece of work writes and deletes.

    ``before_commit`` gets what it will have written after the commit that begins. What it returns
    is awaited before that commit; it may raise.
    """

    written: int = 0
    before_commit: BeforeCommit | None = None


_METER: ContextVar[WriteMeter | None] = ContextVar("write_meter", default=None)


@contextmanager
def metering_writes(before_commit: BeforeCommit | None = None) -> Iterator[WriteMeter]:
    """Count what the block commits, in tasks that it starts too."""
    meter = WriteMeter(before_commit=before_commit)
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)


class StoreCounter:
    """Counts the calls of one store; the difference of two snapshots is what happened between."""

    __slots__ = ("_by_collection",)

    def __init__(self) -> None:
        self._by_collection: Counter[tuple[Kind, str]] = Counter()

    def snapshot(self) -> Counts:
        """Return the counts so far."""
        totals: Counter[Kind] = Counter()
        for (kind, _), count in self._by_collection.items():
            totals[kind] += count
        return Counts(
            totals["reads"], totals["writes"], totals["deletes"], self._by_collection.copy()
        )

    def read(self, paths: Iterable[str]) -> None:
        """Count documents read by path, each once."""
        self._add("reads", paths)

    def queried(self, collection: str, documents: int) -> None:
        """Count the documents of a query."""
        self._by_collection["reads", collections_of(collection)] += max(1, documents)

    def aggregated(self, collection: str, documents: int) -> None:
        """Count the documents that an aggregation scanned."""
        reads = max(1, -(-documents // AGGREGATED_PER_READ))
        self._by_collection["reads", collections_of(collection)] += reads

    def committing(self, writes: Sequence[Write]) -> Awaitable[None] | None:
        """Return what to await before a commit, None for nothing; it may raise."""
        meter = _METER.get()
        if meter is None or meter.before_commit is None:
            return None
        return meter.before_commit(meter.written + len(writes))

    def committed(self, writes: Sequence[Write]) -> None:
        """Count an applied commit."""
        if (meter := _METER.get()) is not None:
            meter.written += len(writes)
        deleted = [write.path for write in writes if type(write) is Delete]
        if len(deleted) < len(writes):
            self._add("writes", [write.path for write in writes if type(write) is not Delete])
        self._add("deletes", deleted)

    def _add(self, kind: Kind, paths: Iterable[str]) -> None:
        for collection, count in Counter(map(collections_of, paths)).items():
            self._by_collection[kind, collection] += count


def collections_of(path: str) -> str:
    """Return a path without ids: ``userChats/u1/chats/c1`` is ``userChats/chats``."""
    names = path.split("/")
    return names[0] if len(names) == 2 else "/".join(names[::2])
