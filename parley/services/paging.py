"""Read one page of a query."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from parley.domain.reading import Page, Paged, Position, decode_cursor, encode_cursor
from parley.store import Query, Snapshot, Store
from schema.base import Document

D = TypeVar("D", bound=Document)


async def read_page(store: Store, query: Query, request: Paged, model: type[D]) -> Page[D]:
    """Return the requested page of a query, which is ordered by ``__name__``, or a time before it.

    Read one document more than a page holds, to know whether another page follows.
    """
    by_time = len(query.order_by) == 2
    start_after = None
    if request.cursor is not None:
        position = decode_cursor(request.cursor, has_time=by_time)
        path = f"{query.collection}/{position.id}"
        start_after = (path,) if position.at is None else (position.at, path)
    query = replace(query, start_after=start_after, limit=request.limit + 1)
    found = [snapshot async for part in store.stream(query) for snapshot in part]
    shown = found[: request.limit]
    return Page(
        {snapshot.id: model.parse(snapshot.fields) for snapshot in shown},
        encode_cursor(_position(query, shown[-1])) if len(found) > len(shown) else None,
    )


def _position(query: Query, last: Snapshot) -> Position:
    first = query.order_by[0].field
    at = last.fields[str(first)] if len(query.order_by) == 2 else None
    return Position(last.id, at)
