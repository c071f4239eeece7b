"""Find campaign jobs that nobody has begun, and publish them again."""

from __future__ import annotations

from datetime import datetime

from parley.domain.ports import Publisher
from parley.domain.upkeep.age_windows import DOUBLING_SECONDS, AgeWindow, AgeWindows
from parley.store import OrderBy, Query, Store, Where
from schema import ids, paths
from schema.events import CampaignQueued, Payload


class SweepCampaigns:
    """Remembers which ages it has looked at."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._windows = AgeWindows(DOUBLING_SECONDS)

    async def sweep(self, now: datetime) -> int:
        """Make one pass over the ages that are due; return the number of jobs published."""
        return sum([await self._sweep(window) for window in self._windows.due(now)])

    async def _sweep(self, window: AgeWindow) -> int:
        query = Query(
            paths.CAMPAIGN_QUEUE,
            where=(
                Where("createdAt", ">=", window.oldest),
                Where("createdAt", "<", window.newest),
            ),
            order_by=(OrderBy("createdAt"),),
            select=("serviceId",),
        )
        count = 0
        async for page in self._store.stream(query):
            campaign_ids = [job.id for job in page]
            statuses = await self._store.get_many(
                [paths.campaign_status(campaign_id) for campaign_id in campaign_ids], select=()
            )
            lost: list[Payload] = [
                CampaignQueued(campaign_id=job.id, service_id=ids.named_service(job.fields))
                for job, status in zip(page, statuses, strict=True)
                if status is None
            ]
            await self._publisher.publish(lost)
            count += len(lost)
        return count
