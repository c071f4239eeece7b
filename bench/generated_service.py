"""A service with as many people as are wanted, made as they are read; publisher and sender."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bench.campaign_site import SERVICE, uid
from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.store import Aggregation, CommitResult, Query, Set, Snapshot, Write
from parley.store.counting import Counts, StoreCounter
from parley.testing.clock import FixedClock
from parley.testing.in_memory_store import InMemoryStore
from schema import limits, paths
from schema.batches import planned_batch_fields
from schema.events import CampaignBatchReady, CampaignBatchSent, Payload

CAMPAIGN: Final = "bench"
_CHUNK = 100


class GeneratedService:
    """A store whose service has so many people; batches of the ledger are counted and forgotten.

    A batch is made again when it is asked for, and kept until ``forget``.
    """

    def __init__(self, people: int, clock: FixedClock) -> None:
        self._people = people
        self._clock = clock
        self._kept = InMemoryStore(clock)
        # The twin keeps all versions of a document, so batches have one that is thrown away.
        self._batches = InMemoryStore(clock)
        self._counter = StoreCounter()
        self._numbers: dict[str, int] = {}

    @property
    def counts(self) -> Counts:
        """Return the reads, writes and deletes so far, as Firestore would bill them."""
        return self._counter.snapshot()

    async def get_many(self, wanted: Sequence[str], **options: Any) -> list[Snapshot | None]:
        """Return documents that are kept, people and their devices."""
        self._counter.read(wanted)
        now = self._clock.now()
        for path in wanted:
            if path in self._numbers and path not in self._batches.paths():
                await self._batches.commit([Set(path, self._batch(self._numbers[path], now))])
        batches = await self._batches.get_many(wanted, **options)
        kept = await self._kept.get_many(wanted, **options)
        kept = [batch or held for batch, held in zip(batches, kept, strict=True)]
        return [held or _made(path, now) for path, held in zip(wanted, kept, strict=True)]

    def _batch(self, number: int, now: datetime) -> Mapping[str, Any]:
        first = number * limits.CAMPAIGN_BATCH
        people = range(first, min(self._people, first + limits.CAMPAIGN_BATCH))
        return planned_batch_fields(
            service_id=SERVICE,
            kind="individual",
            number=number,
            uids=[uid(number) for number in people],
            skipped={},
            invalid={},
            at=now,
        )

    async def forget(self, path: str) -> None:
        """Forget a batch that is done."""
        self._batches = InMemoryStore(self._clock)
        del self._numbers[path]

    async def get_timed(self, path: str, **options: Any) -> tuple[Snapshot | None, datetime]:
        """Return a document that is kept, and the time."""
        self._counter.read((path,))
        return await self._kept.get_timed(path, **options)

    async def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        """Yield the people of the service, made as they are read."""
        if query.collection != paths.service_users(SERVICE):
            raise ValueError(f"nobody should ask for {query.collection}")
        now = self._clock.now()
        for first in range(0, self._people, _CHUNK):
            last = min(self._people, first + _CHUNK)
            yield [
                Snapshot(paths.service_user(SERVICE, uid(number)), {}, now)
                for number in range(first, last)
            ]
            self._counter.queried(query.collection, last - first)

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        """Refuse: planning sums nothing."""
        raise ValueError(f"nobody should ask for sums of {query.collection}")

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        """Apply what is kept, under its fences, and forget the rest."""
        self._counter.committed(writes)
        ledger = paths.campaign_batches(CAMPAIGN)
        kept = []
        for write in writes:
            if not write.path.startswith(_FORGOTTEN):
                if not write.path.startswith(ledger) or write.path in self._numbers:
                    kept.append(write)
                elif isinstance(write, Set):
                    self._numbers[write.path] = len(self._numbers)
        is_batch = any(write.path in self._numbers for write in kept)
        result = await (self._batches if is_batch else self._kept).commit(kept)
        forgotten = len(writes) - len(kept)
        return CommitResult(
            result.commit_time, [*result.update_times, *[result.commit_time] * forgotten]
        )


_FORGOTTEN = tuple(f"{one}/" for one in ("chats", "chatMessages", "userChats"))
_PUSH_TOKENS = paths.push_tokens("")


def _made(path: str, now: datetime) -> Snapshot | None:
    """Return a person or their devices, None for what does not exist."""
    if path.startswith(paths.service_users(SERVICE)):
        return Snapshot(path, {"displayName": path[-7:], "locale": "de-DE"}, now)
    if path.startswith(_PUSH_TOKENS):
        phone = {"token": path[-7:], "kind": "fcmToken", "platform": "android", "updatedAt": now}
        return Snapshot(path, {"devices": {"phone": phone}}, now)
    return None


class KeepingPublisher:
    """Keeps the ids of the batches that are ready, and the last batch that was sent."""

    def __init__(self) -> None:
        self.ready: list[str] = []
        self.sent: CampaignBatchSent | None = None

    async def publish(self, payloads: Sequence[Payload]) -> None:
        for payload in payloads:
            if isinstance(payload, CampaignBatchReady):
                self.ready.append(payload.batch_id)
            elif isinstance(payload, CampaignBatchSent):
                self.sent = payload


class CountingSender:
    """Accepts every push, and keeps their number."""

    def __init__(self) -> None:
        self.count = 0

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        self.count += len(notifications)
        return [PushResult(PushFate.ACCEPTED, provider_id="sent")] * len(notifications)
