"""Find the oldest entries of the outbox that still wait for a worker."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import limits, paths

_READ: Final = (10, 100, 500)
"""Entries of either half of the shards to read. Ten are enough to know that work waits; more are
read only while all that were found had been given up, since these stay, and come first."""


async def oldest_waiting(store: Store, since: datetime) -> list[Snapshot]:
    """Return the oldest entries written since then that were not given up, with ``createdAt``.

    None is missed unless 500 of a half of the shards, older than it, were given up. Cost: two
    queries and 20 reads, more only where all of these were given up.
    """
    half = limits.INBOX_SHARDS // 2
    found: list[Snapshot] = []
    for first in (0, half):
        shards = list(range(first, first + half))
        for limit in _READ:
            query = Query(
                paths.MESSAGE_QUEUE,
                where=(Where("shard", "in", shards), Where("createdAt", ">=", since)),
                order_by=(OrderBy("createdAt"),),
                limit=limit,
                select=("createdAt", "givenUp"),
            )
            read = [entry async for page in store.stream(query) for entry in page]
            waiting = [entry for entry in read if entry.fields.get("givenUp") is None]
            if waiting or len(read) < limit:
                found += waiting
                break
    return found
