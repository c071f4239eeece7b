"""``campaignsOf``: what a service's last campaigns were to one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parley.domain.access import STAFF, Caller, RefusalKind, Refused, require_staff
from parley.domain.operations_requests import CampaignsOf
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import paths
from schema.base import present
from schema.ledger import StoredBatch
from schema.reasons import CallableReason

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
            order_by=(OrderBy("createdAt", descending=True),),
            start_after=None if request.cursor is None else (_time(request.cursor),),
            limit=_PAGE,
            select=("name", "kind", "createdAt"),
        )
        jobs = [one async for page in self._store.stream(query) for one in page]
        last = jobs[-1].fields.get("createdAt") if len(jobs) == _PAGE else None
        return present(
            campaigns=[await self._of(job, request.user_id) for job in jobs],
            next_cursor=last.isoformat() if isinstance(last, datetime) else None,
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


def _time(cursor: str) -> datetime:
    try:
        return datetime.fromisoformat(cursor)
    except ValueError as error:
        raise Refused(
            RefusalKind.INVALID, CallableReason.INVALID_ARGUMENT, "cursor: is none of a page"
        ) from error
