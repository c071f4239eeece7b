"""Export the result of a campaign, page by page, from its ledger. Memory holds one page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from parley.domain.access import STAFF, Caller
from parley.domain.campaign_requests import ExportCampaign
from parley.domain.campaigns.result_rows import in_state, result_row, to_csv
from parley.domain.reading import Position, decode_cursor, encode_cursor
from parley.services.campaigns.find_campaigns import FindCampaigns
from parley.store import OrderBy, Query, Snapshot, Store
from schema import limits, paths
from schema.base import present
from schema.ledger import StoredBatch
from schema.reasons import RecipientState

_AT_ONCE = limits.EXPORTED_ROWS // limits.CAMPAIGN_BATCH + 1
"""Full batches in one page, and one more to know whether another page follows."""

_SEARCHED = 4 * _AT_ONCE
"""The most batches read for one page of people in a state, of whom each may have only one."""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Rows in the order of the ledger; ``next_cursor`` is None on the last page."""

    rows: list[dict[str, str]]
    is_first: bool
    next_cursor: str | None

    def answer(self) -> dict[str, Any]:
        """Return the page as callables answer it."""
        text = to_csv(self.rows, has_header=self.is_first)
        return present(csv=text, next_cursor=self.next_cursor)


class ExportResults:
    """Reads the results of campaigns for staff of any role."""

    def __init__(self, *, store: Store, find: FindCampaigns) -> None:
        self._store = store
        self._find = find

    async def export(self, *, caller: Caller, request: ExportCampaign) -> ResultPage:
        """Return up to 5,000 rows from behind the cursor on.

        With a state, read only batches in which somebody is in it, those with few such people
        first, and at most 204 of them. Refuse callers who are not staff of the campaign's service,
        and a cursor of another list.
        """
        state, position = request.state, None
        if request.cursor is not None:
            position = decode_cursor(request.cursor, has_count=state is not None)
        await self._find.find(caller, request.campaign_id, STAFF)
        rows: list[dict[str, str]] = []
        read, last = 0, position
        async for batch in self._batches(request.campaign_id, state, position):
            page = _rows(batch, state)
            is_full = rows and len(rows) + len(page) > limits.EXPORTED_ROWS
            if is_full or (state is not None and read == _SEARCHED):
                assert last is not None
                return ResultPage(rows, position is None, encode_cursor(last))
            rows += page
            read += 1
            last = _position(batch, state)
        return ResultPage(rows, position is None, None)

    async def _batches(
        self, campaign_id: str, state: RecipientState | None, position: Position | None
    ) -> AsyncIterator[Snapshot]:
        """Yield batches in the order of their ids, a few in each call.

        With a state, yield those with somebody in it, in the order of how many.
        """
        query = Query(
            paths.campaign_batches(campaign_id), order_by=(OrderBy("__name__"),), limit=_AT_ONCE
        )
        if state is not None:
            has_some, by_number = in_state(state)
            query = replace(query, where=(has_some,), order_by=(by_number, *query.order_by))
        while True:
            if position is not None:
                path = f"{query.collection}/{position.id}"
                after = (path,) if position.count is None else (position.count, path)
                query = replace(query, start_after=after)
            found = [snapshot async for page in self._store.stream(query) for snapshot in page]
            for snapshot in found:
                yield snapshot
            if len(found) < _AT_ONCE:
                return
            position = _position(found[-1], state)


def _position(batch: Snapshot, state: RecipientState | None) -> Position:
    return Position(batch.id, count=None if state is None else batch.fields["counts"][state])


def _rows(snapshot: Snapshot, state: RecipientState | None) -> list[dict[str, str]]:
    batch = StoredBatch.read(snapshot.fields, snapshot.update_time)
    return [
        result_row(uid, entry)
        for uid, entry in batch.recipients.items()
        if state is None or entry["state"] == state
    ]
