"""How long work has been waiting, where the queue itself cannot say what it holds.

Pub/Sub tells a puller nothing of its backlog. But the tree holds what is still to do: outbox
entries, campaigns that are being planned or sent. What stands there unchanged from one look to the
next waits; the time is counted from the first look on, by this process' clock alone.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.store import OrderBy, Query, Store, Where
from schema import limits, paths
from schema.events import QueueName
from schema.reasons import CampaignState

_LOOKED_AT = 10
"""Documents of one query: the oldest are enough to know that something waits."""

_REACH = timedelta(hours=1)
"""How far back is looked. What began to wait in an outage is within it for long enough to be
noticed, and what nobody ever ends makes no worker unhealthy for good."""

_STATES = {
    QueueName.CAMPAIGN_QUEUE: CampaignState.PLANNING,
    QueueName.CAMPAIGN_BATCHES: CampaignState.RUNNING,
}


class WaitingWork:
    """Remembers what it saw waiting behind each queue."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._since: dict[QueueName, dict[Hashable, datetime]] = {}

    async def seconds(self, queue: QueueName) -> float | None:
        """How long the oldest work behind this queue has been seen waiting; 0 where none does.

        None for a queue whose work leaves no trace in the tree. At most two queries and 20 reads.
        """
        if queue is QueueName.MESSAGE_QUEUE:
            waiting = await self._outbox()
        elif queue in _STATES:
            waiting = await self._campaigns(_STATES[queue])
        else:
            return None
        now = self._clock.now()
        before = self._since.get(queue, {})
        since = self._since[queue] = {one: before.get(one, now) for one in waiting}
        return max(((now - first).total_seconds() for first in since.values()), default=0.0)

    async def _outbox(self) -> set[Hashable]:
        """The oldest entries that nobody has given up."""
        half = limits.INBOX_SHARDS // 2
        waiting: set[Hashable] = set()
        for first in (0, half):
            query = Query(
                paths.MESSAGE_QUEUE,
                where=(
                    Where("shard", "in", list(range(first, first + half))),
                    Where("createdAt", ">=", self._clock.now() - _REACH),
                ),
                order_by=(OrderBy("createdAt"),),
                limit=_LOOKED_AT,
                select=("givenUp",),
            )
            async for page in self._store.stream(query):
                waiting |= {entry.id for entry in page if entry.fields.get("givenUp") is None}
        return waiting

    async def _campaigns(self, state: CampaignState) -> set[Hashable]:
        """Campaigns in this state, each as of its last change."""
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("state", "==", str(state)),),
            limit=2 * _LOOKED_AT,
            select=(),
        )
        oldest = self._clock.now() - _REACH
        return {
            (status.id, status.update_time)
            async for page in self._store.stream(query)
            for status in page
            if status.update_time >= oldest
        }
