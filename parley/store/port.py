"""The port itself. Two implementations are held to one contract suite (``tests/contract``)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from parley.store.queries import Aggregation, Query
from parley.store.values import FieldPath, Snapshot
from parley.store.writes import CommitResult, Write


class Store(Protocol):
    """The Firestore tree. Every method may raise ``StoreUnavailable`` or ``StoreRejected``."""

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        """Read documents in one call; the answer is in the order of ``paths``, None if missing.

        A path may be named twice. ``select`` leaves out all other fields.
        """
        ...

    async def get_timed(
        self, path: str, *, select: tuple[FieldPath, ...] | None = None
    ) -> tuple[Snapshot | None, datetime]:
        """Read one document, and return it with the store's time at which it was read."""
        ...

    def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        """Yield the documents of a query in chunks as they arrive, in the query's order."""
        ...

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        """Return counts and sums over a query; at most five, which is Firestore's limit."""
        ...

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        """Apply all writes at once or none.

        Raises ``Conflict`` if a precondition failed, ``CommitOutcomeUnknown`` if the answer was
        lost, ``ValueError`` if one document is written twice (which Firestore refuses too).
        """
        ...
