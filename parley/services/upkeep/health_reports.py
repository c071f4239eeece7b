"""Report what waits, what does not move, and what was parked, from the documents alone.

A callable runs in a process of its own and sees no queue. But the tree holds the work that is left:
outbox entries, campaigns on their way, jobs whose lease lapsed, bulk jobs that are due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from parley.domain.ports import Clock
from parley.domain.upkeep.recounts import last_recount
from parley.services.upkeep.outbox_entries import oldest_waiting
from parley.services.upkeep.sweep_jobs import INBOXES, Inbox, is_unanswered
from parley.store import Count, OrderBy, Query, Snapshot, Store, Where
from schema import paths
from schema.base import present
from schema.events import QueueName
from schema.reasons import CampaignState
from schema.recounts import Recount

_REACH = timedelta(days=7)
_STILL_SECONDS = 60
"""After how long without a move work stands still."""
_MOST = 100
_NEWEST = 30
"""The newest jobs of an inbox, and the newest campaigns, of which those that no worker has taken
are found. It bounds what a look costs, not what waits: there may be more behind them."""

_CLAIMED = 10
"""How many jobs that are under way are asked what they wait for."""

_TAKEN_SECONDS = 10
"""How long a trigger and a worker may take until a job is claimed."""

_LETTERS = 1_000
"""The most dead letters that are counted; if there are more, this number is reported."""

_UNDER_WAY = (CampaignState.PLANNING, CampaignState.RUNNING)


class HealthReports:
    """About 20 queries, and a read for each job, campaign and letter; at most some 2,800 reads."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def report(self) -> dict[str, Any]:
        """Return the report as callables answer it."""
        now = self._clock.now()
        return present(
            at=now.isoformat(),
            queues=[
                await self._outbox(now),
                *[await self._jobs(inbox, now) for inbox in INBOXES],
                await self._bulk(now),
            ],
            campaigns=await self._campaigns(now),
            dead_letters=await self._letters(),
            recount=await self._recount(),
        )

    async def _recount(self) -> dict[str, Any] | None:
        """Return what the last recount of the whole project found; None if there was none."""
        (held,) = await self._store.get_many([paths.last_recount()])
        stored = None if held is None else Recount.parse_or_none(held.fields)
        return None if stored is None else last_recount(stored)

    async def _outbox(self, now: datetime) -> dict[str, Any]:
        """Return the entries of the outbox but those that were given up: these are letters."""
        everything = Query(paths.MESSAGE_QUEUE)
        parked = Query(paths.MESSAGE_QUEUE, where=(Where("givenUp", ">", ""),))
        entries, given_up = [
            int((await self._store.aggregate(query, {"all": Count()}))["all"])
            for query in (everything, parked)
        ]
        waiting = await oldest_waiting(self._store, now - _REACH)
        since = min((one.fields["createdAt"] for one in waiting), default=None)
        return _queue(QueueName.MESSAGE_QUEUE, now, since, entries - given_up)

    async def _jobs(self, inbox: Inbox, now: datetime) -> dict[str, Any]:
        """Return the jobs that a worker has let go of, and the newest ones that none has taken.

        Those of campaigns show as campaigns that do not move.
        """
        lapsed = await self._leases_until(inbox, now)
        untaken = [] if inbox.is_group else await self._untaken(inbox, now)
        since = min([*lapsed, *untaken], default=None)
        claimed = await self._claimed(inbox, now)
        queue = _queue(
            inbox.payload.queue,
            now,
            since,
            len(lapsed) + len(untaken),
            # A sender of SMS may have a long line, which moves.
            moves=bool(claimed) and not lapsed,
            is_full=len(untaken) == _NEWEST,
        )
        errors = [one["error"] for one in claimed if isinstance(one.get("error"), str)]
        return queue | present(inbox=inbox.name, waits_for=errors[0] if errors else None)

    async def _leases_until(self, inbox: Inbox, now: datetime) -> list[datetime]:
        """Return the ends of claims that have lapsed, the first ones."""
        query = Query(
            inbox.collection,
            where=(Where(("delivery", "leaseExpireTime"), "<=", now),),
            order_by=(OrderBy(("delivery", "leaseExpireTime")),),
            limit=_MOST,
            select=(("delivery", "leaseExpireTime"),),
            is_group=inbox.is_group,
        )
        return [
            one.fields["delivery"]["leaseExpireTime"]
            async for page in self._store.stream(query)
            for one in page
        ]

    async def _claimed(self, inbox: Inbox, now: datetime) -> list[Mapping[str, Any]]:
        """Return the answers to some jobs that are under way, or wait for another attempt."""
        query = Query(
            inbox.collection,
            where=(Where(("delivery", "leaseExpireTime"), ">", now),),
            order_by=(OrderBy(("delivery", "leaseExpireTime")),),
            limit=_CLAIMED,
            select=(("delivery", "error"),),
            is_group=inbox.is_group,
        )
        found = [one async for page in self._store.stream(query) for one in page]
        return [one.fields.get("delivery") or {} for one in found]

    async def _untaken(self, inbox: Inbox, now: datetime) -> list[datetime]:
        """Return when those of the newest jobs were written that nobody has answered."""
        newest = self._newest(inbox.collection, now, ("createdAt", "delivery"))
        return [one.fields["createdAt"] async for one in newest if is_unanswered(one)]

    async def _newest(
        self, collection: str, now: datetime, select: tuple[str, ...]
    ) -> AsyncIterator[Snapshot]:
        query = Query(
            collection,
            where=(
                Where("createdAt", ">=", now - _REACH),
                Where("createdAt", "<=", now - timedelta(seconds=_TAKEN_SECONDS)),
            ),
            order_by=(OrderBy("createdAt", descending=True),),
            limit=_NEWEST,
            select=select,
        )
        async for page in self._store.stream(query):
            for one in page:
                yield one

    async def _bulk(self, now: datetime) -> dict[str, Any]:
        query = Query(
            paths.BULK_JOBS,
            where=(Where("dueAt", "<=", now),),
            order_by=(OrderBy("dueAt"),),
            limit=_MOST,
            select=("dueAt",),
            is_group=True,
        )
        due = [one.fields["dueAt"] async for page in self._store.stream(query) for one in page]
        return _queue(QueueName.BULK_QUEUE, now, min(due, default=None), len(due))

    async def _campaigns(self, now: datetime) -> list[dict[str, Any]]:
        """Return the campaigns under way, those first that have not moved for longest."""
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("state", "in", [str(state) for state in _UNDER_WAY]),),
            limit=_MOST,
            select=("serviceId", "name", "state"),
        )
        found = [one async for page in self._store.stream(query) for one in page]
        under_way = [(one, one.fields.get("state"), one.update_time) for one in found]
        not_begun = [
            (one, CampaignState.QUEUED, one.fields["createdAt"])
            for one in await self._not_begun(now)
        ]
        return [
            present(
                campaign_id=one.id,
                service_id=one.fields.get("serviceId"),
                name=one.fields.get("name"),
                state=state,
                idle_seconds=_seconds(now, since),
                is_still=_seconds(now, since) > _STILL_SECONDS,
            )
            for one, state, since in sorted([*under_way, *not_begun], key=lambda each: each[2])
        ]

    async def _not_begun(self, now: datetime) -> list[Snapshot]:
        """Return those of the newest campaigns that have no status."""
        select = ("serviceId", "name", "createdAt")
        jobs = [one async for one in self._newest(paths.CAMPAIGN_QUEUE, now, select)]
        statuses = await self._store.get_many(
            [paths.campaign_status(job.id) for job in jobs], select=()
        )
        return [job for job, status in zip(jobs, statuses, strict=True) if status is None]

    async def _letters(self) -> list[dict[str, Any]]:
        """Return how many letters of each queue wait for somebody."""
        query = Query(
            paths.DEAD_LETTERS,
            order_by=(OrderBy("parkedAt", descending=True),),
            limit=_LETTERS,
            select=("queue", "redrivenAt"),
        )
        counted: Counter[str] = Counter()
        async for page in self._store.stream(query):
            counted.update(
                str(one.fields.get("queue")) for one in page if one.fields.get("redrivenAt") is None
            )
        return [{"queue": queue, "count": count} for queue, count in sorted(counted.items())]


def _queue(
    queue: QueueName,
    now: datetime,
    since: datetime | None,
    waiting: int,
    *,
    moves: bool = False,
    is_full: bool = False,
) -> dict[str, Any]:
    """Return a queue's line. ``is_full``: all that a look takes in waits, and more may be older."""
    oldest = None if since is None else _seconds(now, since)
    return present(
        queue=str(queue),
        oldest_seconds=oldest,
        waiting=waiting,
        is_still=oldest is not None and (oldest > _STILL_SECONDS or is_full) and not moves,
    )


def _seconds(now: datetime, since: datetime) -> int:
    return max(0, int((now - since).total_seconds()))
