"""Wake campaigns whose time has come, or on which nothing moves: put them back on their queue.

The time stands in the status and is moved on before anything is published. So the rate is the same
for one process and for fifty, and outlives them.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.campaigns.waking import wait_before
from parley.domain.ports import Publisher
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import OrderBy, Query, Snapshot, Store, Update, UpdatedAt, Where
from schema import paths
from schema.campaign_status import status_patch
from schema.events import CampaignQueued
from schema.ledger import StoredStatus


class NudgeCampaigns:
    """Finds campaigns to look at."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def nudge_stalled(self, now: datetime) -> int:
        """Wake those whose time has come at this time of the store; return how many were woken."""
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("wakeAt", "<=", now),),
            order_by=(OrderBy("wakeAt"),),
            select=("nudges",),
        )
        count = 0
        async for page in self._store.stream(query):
            for status in page:
                count += await self._wake(now, status)
        return count

    async def _wake(self, now: datetime, status: Snapshot) -> bool:
        """Return whether this call was first to wake it."""
        nudges = StoredStatus.read(status.fields).nudges + 1
        later = status_patch(wake_at=now + wait_before(nudges), nudges=nudges)
        try:
            await self._store.commit([Update(status.path, later, UpdatedAt(status.update_time))])
        except (Conflict, CommitOutcomeUnknown):
            return False
        await self._publisher.publish([CampaignQueued(campaign_id=status.id)])
        return True
