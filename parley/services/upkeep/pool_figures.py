"""Count what waits for each pool of workers, from the documents alone.

Pub/Sub tells its backlog to Cloud Monitoring only, minutes late. The tree tells it now: outbox
entries, jobs whose lease lapsed, people of running campaigns who are planned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from parley.domain.campaigns.ramping import OPERATIONS_PER_PERSON, standing_ramp
from parley.domain.ports import Clock
from parley.domain.upkeep.worker_pools import CAMPAIGNS, CHAT, PoolFigures
from parley.services.upkeep.health_reports import HealthReports
from parley.store import Query, Snapshot, Store, Where
from schema import paths
from schema.campaign_ramp import StoredRamp
from schema.campaigns import CampaignJob
from schema.ledger import StoredStatus
from schema.reasons import CampaignState, RecipientState

_MOST = 100
"""Campaigns that are looked at; their reads, and as many of their jobs."""

_ACTIVE = (CampaignState.PLANNING, CampaignState.RUNNING)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """People of a campaign who wait, and how many of them may go in a second."""

    people: int
    per_second: float | None


class PoolReports:
    """One look costs what ``getHealth`` costs, and two reads for each campaign under way."""

    def __init__(self, *, store: Store, clock: Clock, ramp: int) -> None:
        self._store = store
        self._clock = clock
        self._ramp = ramp
        self._health = HealthReports(store=store, clock=clock)

    async def look(self, running: dict[str, int]) -> dict[str, PoolFigures]:
        """Return the figures of each pool; ``running`` says how many processes each has."""
        report = await self._health.report()
        campaigns = await self._campaigns()
        return {
            CHAT.name: _chat(report["queues"], running[CHAT.name]),
            CAMPAIGNS.name: PoolFigures(
                running[CAMPAIGNS.name],
                sum(one.people for one in campaigns),
                max((one["idleSeconds"] for one in report["campaigns"]), default=0.0),
                has_campaign=bool(campaigns or report["campaigns"]),
                most_per_second=_most(campaigns, await self._allowed()),
            ),
        }

    async def _campaigns(self) -> list[_Waiting]:
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("state", "in", [str(state) for state in _ACTIVE]),),
            limit=_MOST,
            select=("state", "counts", "audienceCount"),
        )
        found = [one async for page in self._store.stream(query) for one in page]
        jobs = await self._store.get_many([paths.campaign(one.id) for one in found])
        return [_waiting(status, job) for status, job in zip(found, jobs, strict=True)]

    async def _allowed(self) -> float | None:
        """Return the people a second that the ramp allows, None without one."""
        if not self._ramp:
            return None
        (document,) = await self._store.get_many([paths.campaign_ramp()])
        stored = None if document is None else StoredRamp.parse_or_none(document.fields)
        return standing_ramp(stored, self._ramp, self._clock.now()).pace / OPERATIONS_PER_PERSON


def _chat(queues: list[dict[str, Any]], running: int) -> PoolFigures:
    waiting = [one for one in queues if one.get("oldestSeconds") is not None]
    return PoolFigures(
        running,
        sum(one["waiting"] for one in waiting),
        max((one["oldestSeconds"] for one in waiting), default=0.0),
    )


def _waiting(status: Snapshot, job: Snapshot | None) -> _Waiting:
    counts = StoredStatus.read(status.fields).counts
    people = counts[RecipientState.PLANNED] if counts else 0
    parsed = None if job is None else CampaignJob.parse_or_none(job.fields)
    if parsed is None or parsed.throttle is None:
        return _Waiting(people, None)
    per_second = parsed.throttle.per_minute / 60
    return _Waiting(min(people, math.ceil(per_second * CAMPAIGNS.drain_seconds)), per_second)


def _most(campaigns: list[_Waiting], allowed: float | None) -> float | None:
    """Return the people a second that throttles and the ramp let through together."""
    rates = [one.per_second for one in campaigns if one.people]
    throttled = [rate for rate in rates if rate is not None]
    if not rates or len(throttled) < len(rates):
        return allowed
    return sum(throttled) if allowed is None else min(sum(throttled), allowed)
