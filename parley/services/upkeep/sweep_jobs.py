"""Find jobs that nobody works on, and publish them again.

The trigger of a new job or of a ``RETRY`` may be lost, a worker may die with its claim, and a job
may wait for another attempt. A job that is published twice is still done once. A pass reads what is
due, and new jobs by their age; never all that are open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from parley.domain.delivery.sms import sms_job_id
from parley.domain.ports import Publisher
from parley.domain.upkeep.age_windows import AgeWindow, AgeWindows
from parley.store import FieldPath, OrderBy, Query, Snapshot, Store, Where
from schema import ids, paths
from schema.delivery import UNKNOWN_STATUS, DeliveryState
from schema.events import EmailQueued, JobQueued, MassMessageQueued, SmsQueued

_SELECT: tuple[FieldPath, ...] = (
    "serviceId",
    ("delivery", "state"),
    ("delivery", "leaseExpireTime"),
)
_UNCLAIMED_STATES = ["PENDING", "RETRY"]
_STATES = frozenset(get_args(DeliveryState))

_AGES = (5.0, 20.0, *(60.0 * 3**step for step in range(10)))
"""From five seconds to over a week. Swept every ten seconds, a new job is found within 30."""

_SELDOM = timedelta(seconds=20)
"""The period of inboxes whose jobs may wait a little longer once their worker has died."""

_SELDOM_AGES = (5.0, 25.0, *(85.0 * 3**step for step in range(9)))
"""The same with this period: a new job is found within 25 seconds."""

_FEW_AGES = (5.0, 25.0, 325.0, 3_600.0, 43_200.0, 604_800.0)
"""The same for campaigns' jobs, which are many: each is read five times in a week."""

_GRACE = timedelta(seconds=10)
"""The time that a trigger has to publish a job."""

_UNCLAIMED_PERIOD = timedelta(minutes=1)
"""How often jobs are looked for that no worker has claimed, and that are not new."""

_LOOK_UP_PERIOD = timedelta(minutes=5)
"""How often jobs are looked up whose answer was lost."""

_MOST_DOUBLINGS = 8


@dataclass(frozen=True, slots=True)
class Inbox:
    """A collection of jobs, or with ``is_group`` a group of collections below campaigns.

    ``is_looked_up``: the provider is asked about jobs whose answer was lost.
    """

    name: str
    collection: str
    payload: type[JobQueued]
    period: timedelta = _SELDOM
    ages: tuple[float, ...] = _SELDOM_AGES
    is_group: bool = False
    is_looked_up: bool = False


MASS_MESSAGES = Inbox(
    "massMessages",
    paths.CAMPAIGN_MESSAGE_QUEUE,
    MassMessageQueued,
    period=timedelta(seconds=10),
    ages=_AGES,
)
SMS = Inbox("sms", paths.NON_CHAT_SMS_QUEUE, SmsQueued, is_looked_up=True)
CAMPAIGN_SMS = Inbox(
    "campaignSms",
    paths.CAMPAIGN_SMS,
    SmsQueued,
    ages=_FEW_AGES,
    is_group=True,
    is_looked_up=True,
)
EMAILS = Inbox("emails", paths.EMAIL_NOTIFICATIONS, EmailQueued)

INBOXES = (MASS_MESSAGES, SMS, CAMPAIGN_SMS, EMAILS)


@dataclass(frozen=True, slots=True)
class _Published:
    """How often an open job was published as it stands."""

    update_time: datetime
    count: int
    next_at: datetime


class SweepJobs:
    """Sweeps one inbox. Remembers what it looked at and published."""

    def __init__(self, *, store: Store, publisher: Publisher, inbox: Inbox) -> None:
        self._store = store
        self._publisher = publisher
        self._inbox = inbox
        self._windows = AgeWindows(inbox.ages)
        self._due: dict[str, _Published] = {}
        self._unclaimed: dict[str, _Published] = {}
        self._unclaimed_at: datetime | None = None
        self._looked_up_at: datetime | None = None

    async def sweep(self, now: datetime) -> int:
        """Make one pass; return the number of jobs published."""
        count, self._due = await self._sweep_due(now)
        if self._unclaimed_at is None or now >= self._unclaimed_at + _UNCLAIMED_PERIOD:
            more, self._unclaimed = await self._sweep_unclaimed(now)
            count, self._unclaimed_at = count + more, now
        if self._inbox.is_looked_up and (
            self._looked_up_at is None or now >= self._looked_up_at + _LOOK_UP_PERIOD
        ):
            count, self._looked_up_at = count + await self._sweep_unknown(now), now
        return count + sum([await self._sweep_new(window) for window in self._windows.due(now)])

    async def _sweep_new(self, window: AgeWindow) -> int:
        """Publish jobs of an age that no worker has answered."""
        query = Query(
            self._inbox.collection,
            where=(
                Where("createdAt", ">=", window.oldest),
                Where("createdAt", "<", window.newest),
            ),
            order_by=(OrderBy("createdAt"),),
            select=_SELECT,
            is_group=self._inbox.is_group,
        )
        return await self._publish(query, is_unanswered)

    async def _sweep_due(self, now: datetime) -> tuple[int, dict[str, _Published]]:
        """Publish jobs whose lease or wait has ended."""
        query = Query(
            self._inbox.collection,
            where=(Where(("delivery", "leaseExpireTime"), "<=", now),),
            order_by=(OrderBy(("delivery", "leaseExpireTime")),),
            select=_SELECT,
            is_group=self._inbox.is_group,
        )
        return await self._publish_again(query, now, self._due)

    async def _sweep_unclaimed(self, now: datetime) -> tuple[int, dict[str, _Published]]:
        """Publish jobs whose ``RETRY`` nobody took up."""
        query = Query(
            self._inbox.collection,
            where=(Where(("delivery", "state"), "in", _UNCLAIMED_STATES),),
            select=_SELECT,
            is_group=self._inbox.is_group,
        )
        return await self._publish_again(query, now, self._unclaimed)

    async def _sweep_unknown(self, now: datetime) -> int:
        """Publish jobs whose answer was lost some time ago, so that they are looked up.

        The worker that lost the answer looks first; this finds what it left.
        """
        query = Query(
            self._inbox.collection,
            where=(
                Where(("delivery", "state"), "==", "PROCESSING"),
                Where(("delivery", "info", "status"), "==", UNKNOWN_STATUS),
            ),
            select=_SELECT,
            is_group=self._inbox.is_group,
        )
        lost_before = now - _LOOK_UP_PERIOD
        return await self._publish(query, lambda job: job.update_time <= lost_before)

    async def _publish_again(
        self, query: Query, now: datetime, before: dict[str, _Published]
    ) -> tuple[int, dict[str, _Published]]:
        """Publish open jobs that are due.

        A job that stays as it is comes again with a doubling wait, so that an outage of the workers
        does not fill the queue.
        """
        published: dict[str, _Published] = {}

        def is_due(job: Snapshot) -> bool:
            known = before.get(job.path)
            if known is None or known.update_time != job.update_time:
                known = _Published(job.update_time, 0, _due_at(job))
            is_due = known.next_at <= now
            if is_due:
                wait = _GRACE * 2 ** min(known.count, _MOST_DOUBLINGS)
                known = _Published(job.update_time, known.count + 1, now + wait)
            published[job.path] = known
            return is_due

        return await self._publish(query, is_due), published

    async def _publish(self, query: Query, is_lost: Callable[[Snapshot], bool]) -> int:
        count = 0
        async for page in self._store.stream(query):
            lost = [self._payload(job) for job in page if is_lost(job)]
            await self._publisher.publish(lost)
            count += len(lost)
        return count

    def _payload(self, job: Snapshot) -> JobQueued:
        return self._inbox.payload(
            job_id=sms_job_id(job.path) if self._inbox.is_group else job.id,
            service_id=ids.named_service(job.fields),
        )


def is_unanswered(job: Snapshot) -> bool:
    """Return whether ``delivery`` is missing, or says nothing by which a later pass finds the job.

    The second was written past the rules; the worker answers it with an error.
    """
    delivery = job.fields.get("delivery") or {}
    state, lease = delivery.get("state"), delivery.get("leaseExpireTime")
    return state not in _STATES or (state == "PROCESSING" and not isinstance(lease, datetime))


def _due_at(job: Snapshot) -> datetime:
    """Return when an open job is to be looked at again."""
    delivery = job.fields.get("delivery") or {}
    lease = delivery.get("leaseExpireTime")
    if delivery.get("state") == "PROCESSING" and isinstance(lease, datetime):
        return lease
    return job.update_time + _GRACE
