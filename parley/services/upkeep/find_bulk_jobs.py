"""Find bulk jobs that nobody works on, and publish them again."""

from __future__ import annotations

from datetime import datetime

from parley.domain.ports import Publisher
from parley.store import OrderBy, Query, Store, Where
from schema import paths
from schema.events import BulkQueued, Payload


class FindBulkJobs:
    """Jobs say when somebody is to look after them; ended ones say nothing."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def find(self, now: datetime) -> int:
        """Publish all jobs that are due; return their number. One read if there is none."""
        query = Query(
            paths.BULK_JOBS,
            where=(Where("dueAt", "<=", now),),
            order_by=(OrderBy("dueAt"),),
            select=(),
            is_group=True,
        )
        due: list[Payload] = [
            BulkQueued(service_id=paths.service_of_bulk_job(job.path), job_id=job.id)
            async for page in self._store.stream(query)
            for job in page
        ]
        await self._publisher.publish(due)
        return len(due)
