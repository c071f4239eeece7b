"""Find the SMS of campaigns that ended or were reported on: results of which no note came.

A pass reads each job that ended or was reported on since the last pass once, by one query over all
campaigns, and each of their batches once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from parley.services.campaigns.record_sms import FIELDS_OF_RESULTS, RecordSmsResults
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import paths

_KEPT = timedelta(minutes=2)
"""How long a job that was looked at is remembered; longer than passes overlap."""


class FindSmsReports:
    """Remembers what it looked at, and what could not be recorded."""

    def __init__(self, *, store: Store, record: RecordSmsResults) -> None:
        self._store = store
        self._record = record
        self._looked_at: dict[str, datetime] = {}
        self._later: dict[str, Snapshot] = {}

    async def collect(self, since: datetime) -> int:
        """Record the jobs that ended since then; return the number of batches that changed."""
        query = Query(
            paths.CAMPAIGN_SMS,
            where=(Where(("delivery", "endTime"), ">", since),),
            order_by=(OrderBy(("delivery", "endTime")),),
            select=FIELDS_OF_RESULTS,
            is_group=True,
        )
        count = 0
        async for page in self._store.stream(query):
            jobs = [job for job in page if self._looked_at.get(job.path) != job.update_time]
            self._looked_at.update({job.path: job.update_time for job in jobs})
            count += await self._take(jobs)
        later, self._later = list(self._later.values()), {}
        count += await self._take(later)
        oldest = since - _KEPT
        self._looked_at = {path: at for path, at in self._looked_at.items() if at > oldest}
        return count

    async def _take(self, jobs: list[Snapshot]) -> int:
        recorded = await self._record.record(jobs)
        self._later.update({job.path: job for job in recorded.later})
        return recorded.batches
