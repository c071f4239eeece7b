"""Campaigns under way on which nothing moves: put back on their queue, less and less often.

How often and when is kept beside the campaign, and changed before anything is published. So the
rate is the same for one process and for fifty, and outlives them.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.campaigns.nudges import FIRST_WAIT, Nudge, next_nudge
from parley.domain.ports import Publisher
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Query, Set, Snapshot, Store, UpdatedAt, Where
from schema import paths
from schema.campaign_plan import nudge_patch
from schema.events import CampaignQueued
from schema.reasons import CampaignState


class NudgeCampaigns:
    """Finds stalled campaigns."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def nudge_stalled(self, now: datetime) -> int:
        """One pass at this time of the store; the number of campaigns put back."""
        states = [str(CampaignState.PLANNING), str(CampaignState.RUNNING)]
        query = Query(paths.CAMPAIGN_STATUS, where=(Where("state", "in", states),), select=())
        count = 0
        async for page in self._store.stream(query):
            stalled = [status for status in page if now - status.update_time >= FIRST_WAIT]
            if not stalled:
                continue
            nudges = await self._store.get_many(
                [paths.campaign_nudge(status.id) for status in stalled]
            )
            for status, nudge in zip(stalled, nudges, strict=True):
                count += await self._nudge(now, status, nudge)
        return count

    async def _nudge(self, now: datetime, status: Snapshot, before: Snapshot | None) -> bool:
        """Whether it was due, and this call that was first."""
        last = Nudge(_count(before), before.update_time) if before is not None else None
        count = next_nudge(now, status.update_time, last)
        if count is None:
            return False
        fields = nudge_patch(count=count, at=SERVER_TIME)
        fence = MUST_NOT_EXIST if before is None else UpdatedAt(before.update_time)
        try:
            await self._store.commit([Set(paths.campaign_nudge(status.id), fields, fence)])
        except (Conflict, CommitOutcomeUnknown):
            return False
        await self._publisher.publish([CampaignQueued(campaign_id=status.id)])
        return True


def _count(nudge: Snapshot) -> int:
    count = nudge.fields.get("count")
    return count if isinstance(count, int) and count >= 0 else 0
