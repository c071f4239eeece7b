"""Find campaigns that stall, and publish them again with back-off.

The number of nudges and the time of the last one are stored beside the campaign, under a fence of
their own, before anything is published. So the rate does not depend on the number of processes, and
survives all of them.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.campaigns.nudges import FIRST_WAIT, Nudge, next_nudge
from parley.domain.ports import Publisher
from parley.errors import Conflict
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Query,
    Set,
    Snapshot,
    Store,
    UpdatedAt,
    Where,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.campaign_plan import nudge_patch
from schema.events import CampaignQueued
from schema.reasons import CampaignState


class NudgeCampaigns:
    """Publishes stalled campaigns; it remembers nothing itself."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def nudge_stalled(self, now: datetime) -> int:
        """Make one pass at this time of the store; return the number of campaigns published."""
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

    async def _nudge(self, now: datetime, status: Snapshot, known: Snapshot | None) -> bool:
        """Nudge a campaign that is due; return False if it is not, or another process was first.

        A nudge whose answer was lost counts, but is not published: the next one is.
        """
        path = paths.campaign_nudge(status.id)
        last, is_known = known, True

        async def decide() -> list[Write]:
            nonlocal last, is_known
            if not is_known:
                (last,) = await self._store.get_many([path])
            is_known = False
            count = next_nudge(now, status.update_time, _nudge(last))
            if count is None:
                return []
            fence = MUST_NOT_EXIST if last is None else UpdatedAt(last.update_time)
            return [Set(path, nudge_patch(count=count, at=SERVER_TIME), fence)]

        try:
            if await commit_with_retry(self._store, decide, what=path) is None:
                return False
        except Conflict:
            return False
        await self._publisher.publish([CampaignQueued(campaign_id=status.id)])
        return True


def _nudge(snapshot: Snapshot | None) -> Nudge | None:
    if snapshot is None:
        return None
    count = snapshot.fields.get("count")
    return Nudge(count if isinstance(count, int) and count >= 0 else 0, snapshot.update_time)
