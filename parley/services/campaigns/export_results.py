"""Export the result of a campaign, page by page, from its ledger. Memory holds one page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from parley.domain.access import STAFF, Caller
from parley.domain.campaign_requests import ExportCampaign
from parley.domain.campaigns.result_rows import result_row, to_csv
from parley.domain.reading import Position, decode_cursor, encode_cursor
from parley.services.campaigns.find_campaigns import FindCampaigns
from parley.store import OrderBy, Query, Snapshot, Store
from schema import limits, paths
from schema.base import present
from schema.ledger import StoredBatch

_AT_ONCE = limits.EXPORTED_ROWS // limits.CAMPAIGN_BATCH + 1
"""Full batches in one page, and one more to know whether another page follows."""


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

        Refuse callers who are not staff of the campaign's service, and a cursor of another list.
        """
        position = None
        if request.cursor is not None:
            position = decode_cursor(request.cursor, has_time=False)
        await self._find.find(caller, request.campaign_id, STAFF)
        rows: list[dict[str, str]] = []
        last: str | None = None
        async for batch in self._batches(request.campaign_id, position):
            page = _rows(batch)
            if rows and len(rows) + len(page) > limits.EXPORTED_ROWS:
                assert last is not None
                return ResultPage(rows, position is None, encode_cursor(Position(last)))
            rows += page
            last = batch.id
        return ResultPage(rows, position is None, None)

    async def _batches(
        self, campaign_id: str, position: Position | None
    ) -> AsyncIterator[Snapshot]:
        """Yield batches in the order of their ids, a few in each call."""
        collection = paths.campaign_batches(campaign_id)
        after = None if position is None else position.id
        while True:
            query = Query(
                collection,
                order_by=(OrderBy("__name__"),),
                start_after=None if after is None else (f"{collection}/{after}",),
                limit=_AT_ONCE,
            )
            found = [snapshot async for page in self._store.stream(query) for snapshot in page]
            for snapshot in found:
                yield snapshot
            if len(found) < _AT_ONCE:
                return
            after = found[-1].id


def _rows(snapshot: Snapshot) -> list[dict[str, str]]:
    batch = StoredBatch.read(snapshot.fields, snapshot.update_time)
    return [result_row(uid, entry) for uid, entry in batch.recipients.items()]
