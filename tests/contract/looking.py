"""Short ways to look at a store."""

from datetime import datetime
from typing import Any

from parley.store import FieldPath, Query, Snapshot, Store, Value


async def get(store: Store, path: str) -> Snapshot:
    """A document that must be there."""
    (snapshot,) = await store.get_many([path])
    assert snapshot is not None, f"{path} is missing"
    return snapshot


async def fields(store: Store, path: str) -> dict[str, Any] | None:
    """The fields of a document, None if it is missing."""
    (snapshot,) = await store.get_many([path])
    return None if snapshot is None else snapshot.fields


async def found(store: Store, query: Query, *, read_time: datetime | None = None) -> list[Snapshot]:
    """All that a query finds."""
    chunks = [chunk async for chunk in store.stream(query, read_time=read_time)]
    assert all(chunks), "an empty chunk"
    return [snapshot for chunk in chunks for snapshot in chunk]


async def ids(store: Store, query: Query, *, read_time: datetime | None = None) -> list[str]:
    """The ids that a query finds, in its order."""
    return [snapshot.id for snapshot in await found(store, query, read_time=read_time)]


def by_path(changes: dict[FieldPath, Value]) -> dict[FieldPath, Value]:
    """Changes of fields, including some named by a path; for the type checker."""
    return changes
