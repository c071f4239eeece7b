"""The sweeper: work whose trigger was lost, or whose worker died, is put back on its queue.

Of what stands on a queue it only publishes; whoever handles the payload finds out by the fence
whether anything is left to do. Cases that are due, people nobody mirrored, and tokens nobody
claimed have no queue: they are seen to here, each in its own fenced commit. So several sweepers
beside each other do no harm; but one is enough, so behind each queue one process sweeps at a time,
by the store's time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from parley.domain.age_windows import DOUBLING_SECONDS, AgeWindow, AgeWindows
from parley.domain.ports import Clock, Publisher
from parley.services.upkeep.nudge_campaigns import NudgeCampaigns
from parley.services.upkeep.sweep_lease import SweepLease
from parley.services.upkeep.sweep_push_tokens import SweepPushTokens
from parley.services.upkeep.sweep_records import SweepRecords
from parley.services.upkeep.wake_cases import WakeCases
from parley.store import OrderBy, Query, Snapshot, Store, Where
from parley.structured_logging import error_text, get_log
from schema import ids, limits, paths
from schema.events import CampaignQueued, MessageQueued, Payload, QueueName
from schema.reasons import DeadLetterCode

SWEEP_SECONDS = 5.0
_WAIT_SECONDS = 1.0
"""Between two looks whether this process has a lease."""
_SWEPT = (QueueName.MESSAGE_QUEUE, QueueName.CAMPAIGN_QUEUE)
_PUBLISHED_AT_ONCE = 500
_SHARDS_A_QUERY = 16
"""Shards of one ``in`` query: two queries an age window instead of 32."""

_log = get_log(__name__)


class Sweep:
    """Sweeps what belongs to some queues: cases and records to ``message-queue``."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        wake_cases: WakeCases,
        records: SweepRecords,
        push_tokens: SweepPushTokens,
        nudges: NudgeCampaigns,
        clock: Clock,
        queues: Sequence[QueueName],
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._wake_cases = wake_cases
        self._records = records
        self._push_tokens = push_tokens
        self._nudges = nudges
        self._clock = clock
        self.leases = {
            queue: SweepLease(store=store, clock=clock, name=str(queue))
            for queue in _SWEPT
            if queue in queues
        }
        """Each is to be kept beside ``run`` (``SweepLease.keep``)."""
        self._message_windows = AgeWindows(DOUBLING_SECONDS)
        self._campaign_windows = AgeWindows(DOUBLING_SECONDS)

    async def run(self) -> None:
        """Sweep until cancelled, behind those queues for which this process has the lease."""
        while True:
            held = [queue for queue, lease in self.leases.items() if lease.now() is not None]
            for queue in held:
                if (now := self.leases[queue].now()) is not None:
                    await self._sweep_behind(queue, now)
            await self._clock.sleep(SWEEP_SECONDS if held else _WAIT_SECONDS)

    async def sweep(self) -> int:
        """One pass, whoever has the lease.

        Answers the number of payloads put back, cases opened, people mirrored and tokens passed on.
        """
        now = self._clock.now()
        return sum([await self._sweep_behind(queue, now) for queue in self.leases])

    async def _sweep_behind(self, queue: QueueName, now: datetime) -> int:
        """Each repair of the queue; one that fails keeps no other from its turn."""
        repairs: tuple[Callable[[datetime], Awaitable[int]], ...] = (
            (
                self._sweep_outbox,
                self._wake_cases.wake_due,
                self._records.sweep,
                self._push_tokens.sweep,
            )
            if queue is QueueName.MESSAGE_QUEUE
            else (self._sweep_inbox, self._nudges.nudge_stalled)
        )
        count = 0
        failed: Exception | None = None
        for repair in repairs:
            try:
                count += await repair(now)
            except Exception as error:
                if failed is not None:
                    _log.error("sweep.failed", trace=error, error=error_text(error))
                failed = failed or error
        if failed is not None:
            raise failed
        return count

    async def _sweep_outbox(self, now: datetime) -> int:
        return sum([await self._sweep_messages(one) for one in self._message_windows.due(now)])

    async def _sweep_inbox(self, now: datetime) -> int:
        return sum([await self._sweep_jobs(one) for one in self._campaign_windows.due(now)])

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
                select=("chatId", "messageId", "givenUp"),
            )
            async for page in self._store.stream(query):
                found += filter(None, map(_queued, page))
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


def _within(window: AgeWindow) -> tuple[Where, Where]:
    return (
        Where("createdAt", ">=", window.oldest),
        Where("createdAt", "<", window.newest),
    )


def _queued(entry: Snapshot) -> Payload | None:
    """What to publish for an outbox entry.

    Nothing for one that no worker can do, and whose queue message is among the dead letters; what
    failed too often may work by now. Nothing either for an entry that names no message: one that
    was written past the rules must not keep those of everybody else waiting.
    """
    chat_id, message_id = entry.fields.get("chatId"), entry.fields.get("messageId")
    given_up = entry.fields.get("givenUp")
    if given_up is not None and given_up != DeadLetterCode.EXHAUSTED:
        return None
    if not (isinstance(chat_id, str) and isinstance(message_id, str) and chat_id and message_id):
        _log.warning("outbox.unreadable", path=entry.path)
        return None
    if entry.id != ids.message_queue_id(chat_id, message_id):
        _log.warning("outbox.unreadable", path=entry.path)
        return None
    return MessageQueued(chat_id=chat_id, message_id=message_id)
