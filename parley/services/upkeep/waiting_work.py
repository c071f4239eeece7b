"""Measure how long work has waited for a queue that does not tell its backlog.

Pub/Sub tells a puller nothing of its backlog. But the tree holds the work that is left: outbox
entries, and campaigns that are planned or sent. Work that a process sees twice without a change
waits; its clock counts from the first time.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.services.upkeep.outbox_entries import oldest_waiting
from parley.store import Query, Store, Where
from schema import paths
from schema.events import QueueName
from schema.reasons import CampaignState

_MOST_CAMPAIGNS = 20

_REACH = timedelta(hours=1)
"""How far back to look. An outage is noticed well within this time, and work that never ends does
not keep a worker unhealthy forever."""

_STATES = {
    QueueName.CAMPAIGN_QUEUE: CampaignState.PLANNING,
    QueueName.CAMPAIGN_BATCHES: CampaignState.RUNNING,
}


class WaitingWork:
    """Remembers the waiting work of each queue."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._since: dict[QueueName, dict[Hashable, datetime]] = {}

    async def seconds(self, queue: QueueName) -> float | None:
        """Return how long the oldest work of this queue has waited; 0 if none waits.

        Return None for a queue whose work leaves no trace in the tree. Cost: at most two queries
        and 20 reads, unless all messages that were read had been given up.
        """
        if queue is QueueName.MESSAGE_QUEUE:
            entries = await oldest_waiting(self._store, self._clock.now() - _REACH)
            waiting: set[Hashable] = {entry.id for entry in entries}
        elif queue in _STATES:
            waiting = await self._campaigns(_STATES[queue])
        else:
            return None
        now = self._clock.now()
        before = self._since.get(queue, {})
        since = self._since[queue] = {one: before.get(one, now) for one in waiting}
        return max(((now - first).total_seconds() for first in since.values()), default=0.0)

    async def _campaigns(self, state: CampaignState) -> set[Hashable]:
        """Return the campaigns in this state, each with the time of its last change."""
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("state", "==", str(state)),),
            limit=_MOST_CAMPAIGNS,
            select=(),
        )
        oldest = self._clock.now() - _REACH
        return {
            (status.id, status.update_time)
            async for page in self._store.stream(query)
            for status in page
            if status.update_time >= oldest
        }
