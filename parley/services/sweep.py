"""The sweeper: work whose trigger was lost, or whose worker died, is put back on its queue.

Of what stands on a queue it only publishes; whoever handles the payload finds out by the fence
whether anything is left to do. Cases that are due and people nobody mirrored have no queue: they
are seen to here, each in its own fenced commit. So several sweepers beside each other do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from parley.domain.age_windows import DOUBLING_SECONDS, AgeWindow, AgeWindows
from parley.domain.ports import Clock, OrderBy, Publisher, Query, Store, Where
from parley.services.sweep_records import SweepRecords
from parley.services.wake_cases import WakeCases
from schema import limits, paths
from schema.events import CampaignQueued, MessageQueued, Payload, QueueName
from schema.reasons import CampaignState

SWEEP_SECONDS = 5.0
_STALLED = timedelta(seconds=15)
"""A campaign whose status nobody has touched for so long is nudged; well within I10's 30 s."""

_PUBLISHED_AT_ONCE = 500
_SHARDS_A_QUERY = 16
"""Shards of one ``in`` query: two queries an age window instead of 32."""


class Sweep:
    """Sweeps what belongs to some queues: cases and records to ``message-queue``."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        wake_cases: WakeCases,
        records: SweepRecords,
        clock: Clock,
        queues: Sequence[QueueName],
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._wake_cases = wake_cases
        self._records = records
        self._clock = clock
        self._queues = frozenset(queues)
        self._message_windows = AgeWindows(DOUBLING_SECONDS)
        self._campaign_windows = AgeWindows(DOUBLING_SECONDS)

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            await self.sweep()
            await self._clock.sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """One pass; the number of payloads put back, of cases opened and of people mirrored."""
        count = 0
        if QueueName.MESSAGE_QUEUE in self._queues:
            for window in self._message_windows.due(self._clock.now()):
                count += await self._sweep_messages(window)
        if QueueName.CAMPAIGN_QUEUE in self._queues:
            for window in self._campaign_windows.due(self._clock.now()):
                count += await self._sweep_jobs(window)
            count += await self._sweep_stalled()
        if QueueName.MESSAGE_QUEUE in self._queues:
            count += await self._wake_cases.wake_due()
            count += await self._records.sweep()
        return count

    async def _sweep_messages(self, window: AgeWindow) -> int:
        """By shard and creation time, never from the head: deleted entries cost nothing."""
        found: list[Payload] = []
        count = 0
        for first in range(0, limits.INBOX_SHARDS, _SHARDS_A_QUERY):
            shards = list(range(first, first + _SHARDS_A_QUERY))
            query = Query(
                paths.MESSAGE_QUEUE,
                where=(Where("shard", "in", shards), *_within(window)),
                order_by=(OrderBy("createdAt"),),
                select=("chatId", "messageId"),
            )
            async for page in self._store.stream(query):
                found += [
                    MessageQueued(
                        chat_id=snapshot.fields["chatId"], message_id=snapshot.fields["messageId"]
                    )
                    for snapshot in page
                ]
                if len(found) >= _PUBLISHED_AT_ONCE:
                    count += len(found)
                    await self._publisher.publish(found)
                    found = []
        await self._publisher.publish(found)
        return count + len(found)

    async def _sweep_jobs(self, window: AgeWindow) -> int:
        """Campaigns that nobody has begun: no status stands beside the job."""
        query = Query(
            paths.CAMPAIGN_QUEUE, where=_within(window), order_by=(OrderBy("createdAt"),), select=()
        )
        count = 0
        async for page in self._store.stream(query):
            campaign_ids = [snapshot.id for snapshot in page]
            statuses = await self._store.get_many(
                [paths.campaign_status(campaign_id) for campaign_id in campaign_ids], select=()
            )
            lost: list[Payload] = [
                CampaignQueued(campaign_id=campaign_id)
                for campaign_id, status in zip(campaign_ids, statuses, strict=True)
                if status is None
            ]
            await self._publisher.publish(lost)
            count += len(lost)
        return count

    async def _sweep_stalled(self) -> int:
        """Campaigns under way on which nothing has moved for a while."""
        states = [str(CampaignState.PLANNING), str(CampaignState.RUNNING)]
        query = Query(paths.CAMPAIGN_STATUS, where=(Where("state", "in", states),), select=())
        stalled_since = self._clock.now() - _STALLED
        count = 0
        async for page in self._store.stream(query):
            stalled: list[Payload] = [
                CampaignQueued(campaign_id=snapshot.id)
                for snapshot in page
                if snapshot.update_time < stalled_since
            ]
            await self._publisher.publish(stalled)
            count += len(stalled)
        return count


def _within(window: AgeWindow) -> tuple[Where, Where]:
    return (
        Where("createdAt", ">=", window.oldest),
        Where("createdAt", "<", window.newest),
    )
