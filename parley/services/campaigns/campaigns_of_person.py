"""``campaignsOf``: what a service's last campaigns were to one person."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from parley.domain.access import STAFF, Caller, require_staff
from parley.domain.operations_requests import CampaignsOf
from parley.domain.reading import Position, decode_cursor, encode_cursor
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import paths
from schema.base import present
from schema.ledger import StoredBatch

_PAGE = 20


class CampaignsOfPerson:
    """Two reads a campaign at most: its job, and the batch that the person is in."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def find(self, *, caller: Caller, request: CampaignsOf) -> dict[str, Any]:
        """Return up to 20 campaigns, the newest first, for staff of any role."""
        service_id = request.service_id
        (staff,) = await self._store.get_many([paths.staff(service_id, caller.id)])
        require_staff(caller, service_id, staff, STAFF, field="serviceId")
        query = Query(
            paths.CAMPAIGN_QUEUE,
            where=(Where("serviceId", "==", service_id),),
            order_by=(OrderBy("createdAt", descending=True), OrderBy("__name__", descending=True)),
            start_after=_place(request.cursor),
            limit=_PAGE + 1,
            select=("name", "kind", "createdAt"),
        )
        found = [one async for page in self._store.stream(query) for one in page]
        jobs = found[:_PAGE]
        return present(
            campaigns=await asyncio.gather(*(self._of(job, request.user_id) for job in jobs)),
            next_cursor=_cursor(jobs[-1]) if len(found) > _PAGE else None,
        )

    async def _of(self, job: Snapshot, uid: str) -> dict[str, Any]:
        query = Query(
            paths.campaign_batches(job.id),
            where=(Where("uids", "array-contains", uid),),
            limit=1,
        )
        told = present(campaign_id=job.id, name=job.fields.get("name"), kind=job.fields.get("kind"))
        async for page in self._store.stream(query):
            for found in page:
                entry = StoredBatch.read(found.fields, found.update_time).recipients.get(uid)
                if entry is not None:
                    return told | present(
                        in_audience=True,
                        state=entry.get("state"),
                        reason=entry.get("reason"),
                        channel=entry.get("channel"),
                        at=_iso(entry.get("at")),
                    )
        return told | present(in_audience=False)


def _iso(time: Any) -> str | None:
    return time.isoformat() if isinstance(time, datetime) else None


def _place(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    position = decode_cursor(cursor, has_time=True)
    return position.at, paths.campaign(position.id)


def _cursor(last: Snapshot) -> str:
    return encode_cursor(Position(last.id, last.fields["createdAt"]))
