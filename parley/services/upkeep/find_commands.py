"""Find commands whose trigger was lost: of campaigns that are paused or scheduled.

A running campaign sees its commands at the next batch. A campaign that waits costs two reads each
time, so a pass is made every three minutes: less than a read a minute.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.campaigns.advancing import Standing
from parley.domain.ports import Publisher
from parley.store import Query, Store, Where
from schema import ids, paths
from schema.events import CampaignQueued
from schema.reasons import CampaignState

_WAITING = [str(CampaignState.PAUSED), str(CampaignState.SCHEDULED)]


class FindCommands:
    """Publishes campaigns with a command that nobody answered."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def find(self, now: datetime) -> int:
        """Make one pass; return the number of campaigns published."""
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("state", "in", _WAITING),),
            select=("state", "answeredAt"),
        )
        found: list[CampaignQueued] = []
        async for page in self._store.stream(query):
            jobs = await self._store.get_many(
                [paths.campaign(status.id) for status in page], select=("command", "serviceId")
            )
            found += [
                CampaignQueued(campaign_id=job.id, service_id=ids.named_service(job.fields))
                for job, status in zip(jobs, page, strict=True)
                if job is not None and Standing(job, status, None).unanswered() is not None
            ]
        if found:
            await self._publisher.publish(found)
        return len(found)
