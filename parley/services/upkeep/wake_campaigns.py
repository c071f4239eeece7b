"""Wake campaigns whose time has come, or that stall: publish them again with back-off.

The time stands in the status, and moves on before anything is published. So the rate does not
depend on the number of processes, and survives all of them.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.campaigns.waking import wait_before
from parley.domain.ports import Publisher
from parley.errors import Conflict
from parley.store import OrderBy, Query, Snapshot, Store, Update, UpdatedAt, Where, Write
from parley.store.commit_loop import commit_with_retry
from schema import ids, paths
from schema.campaign_status import status_patch
from schema.events import CampaignQueued
from schema.ledger import StoredStatus


class WakeCampaigns:
    """Finds campaigns to look at. A pass without one costs one read."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def wake_due(self, now: datetime) -> int:
        """Make one pass at this time of the store; return the number of campaigns published."""
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("wakeAt", "<=", now),),
            order_by=(OrderBy("wakeAt"),),
            select=("wakeAt", "nudges", "serviceId"),
        )
        count = 0
        async for page in self._store.stream(query):
            for status in page:
                count += await self._wake(now, status)
        return count

    async def _wake(self, now: datetime, found: Snapshot) -> bool:
        """Wake a campaign that is due; return False if another process was first.

        A wake-up whose answer was lost counts, but is not published: the next one is.
        """
        status: Snapshot | None = found
        is_known = True

        async def decide() -> list[Write]:
            nonlocal status, is_known
            if not is_known:
                (status,) = await self._store.get_many([found.path])
            is_known = False
            stored = None if status is None else StoredStatus.read(status.fields)
            if status is None or stored is None or stored.wake_at is None or stored.wake_at > now:
                return []
            nudges = stored.nudges + 1
            later = status_patch(wake_at=now + wait_before(nudges), nudges=nudges)
            return [Update(status.path, later, UpdatedAt(status.update_time))]

        try:
            if await commit_with_retry(self._store, decide, what=found.path) is None:
                return False
        except Conflict:
            return False
        service_id = ids.named_service(found.fields)
        await self._publisher.publish([CampaignQueued(campaign_id=found.id, service_id=service_id)])
        return True
