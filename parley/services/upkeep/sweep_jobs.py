"""Find jobs of an inbox that nobody works on, and publish them again.

The trigger of a new job or of a ``RETRY`` may be lost, a worker may die with its claim, and a job
may wait for another attempt. A job that is published twice is still done once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.ports import Publisher
from parley.domain.upkeep.age_windows import AgeWindow, AgeWindows
from parley.store import FieldPath, OrderBy, Query, Snapshot, Store, Where
from schema import ids, paths
from schema.events import MassMessageQueued, Payload

_SELECT: tuple[FieldPath, ...] = (
    "serviceId",
    ("delivery", "state"),
    ("delivery", "leaseExpireTime"),
)
_OPEN_STATES = ["PENDING", "PROCESSING", "RETRY"]

_AGES = (5.0, 20.0, *(60.0 * 3**step for step in range(10)))
"""From five seconds to over a week. Swept every ten seconds, a new job is found within 30."""

PERIOD = timedelta(seconds=10)

_GRACE = timedelta(seconds=10)
"""The time that a trigger has to publish a job."""

_MOST_DOUBLINGS = 8


@dataclass(frozen=True, slots=True)
class _Published:
    """How often an open job was published as it stands."""

    update_time: datetime
    count: int
    next_at: datetime


class SweepJobs:
    """Sweeps the inbox of mass messages. Remembers what it looked at and published."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._windows = AgeWindows(_AGES)
        self._published: dict[str, _Published] = {}

    async def sweep(self, now: datetime) -> int:
        """Make one pass; return the number of jobs published."""
        count = await self._sweep_open(now)
        return count + sum([await self._sweep_new(window) for window in self._windows.due(now)])

    async def _sweep_new(self, window: AgeWindow) -> int:
        """Publish jobs of an age that no worker has answered."""
        query = Query(
            paths.CAMPAIGN_MESSAGE_QUEUE,
            where=(
                Where("createdAt", ">=", window.oldest),
                Where("createdAt", "<", window.newest),
            ),
            order_by=(OrderBy("createdAt"),),
            select=_SELECT,
        )
        return await self._publish(query, lambda job: not job.fields.get("delivery"))

    async def _sweep_open(self, now: datetime) -> int:
        """Publish jobs whose lease or wait has ended, or whose ``RETRY`` nobody took up.

        A job that stays as it is comes again with a doubling wait, so that an outage of the workers
        does not fill the queue.
        """
        query = Query(
            paths.CAMPAIGN_MESSAGE_QUEUE,
            where=(Where(("delivery", "state"), "in", _OPEN_STATES),),
            select=_SELECT,
        )
        before, self._published = self._published, {}

        def is_due(job: Snapshot) -> bool:
            known = before.get(job.id)
            if known is None or known.update_time != job.update_time:
                known = _Published(job.update_time, 0, _due_at(job))
            is_due = known.next_at <= now
            if is_due:
                wait = _GRACE * 2 ** min(known.count, _MOST_DOUBLINGS)
                known = _Published(job.update_time, known.count + 1, now + wait)
            self._published[job.id] = known
            return is_due

        return await self._publish(query, is_due)

    async def _publish(self, query: Query, is_lost: Callable[[Snapshot], bool]) -> int:
        count = 0
        async for page in self._store.stream(query):
            lost = [_payload(job) for job in page if is_lost(job)]
            await self._publisher.publish(lost)
            count += len(lost)
        return count


def _due_at(job: Snapshot) -> datetime:
    """Return when an open job is to be looked at again."""
    delivery = job.fields.get("delivery") or {}
    lease = delivery.get("leaseExpireTime")
    if delivery.get("state") == "PROCESSING" and isinstance(lease, datetime):
        return lease
    return job.update_time + _GRACE


def _payload(job: Snapshot) -> Payload:
    service_id = job.fields.get("serviceId")
    is_named = isinstance(service_id, str) and ids.is_name(service_id)
    return MassMessageQueued(job_id=job.id, service_id=service_id if is_named else None)
