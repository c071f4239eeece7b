"""Freeze an audience into the ledger, page by page, under a fenced plan.

Each page is one commit: its batches, and the plan with a new cursor under the plan's
``update_time``. Two planners can never put a person into two batches: a planner that takes over
raises ``epoch``, and the next commit of the other fails. The audience is streamed at one pinned
time, and memory holds one page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.job import InvalidCampaign
from parley.domain.campaigns.pacing import paced_batch
from parley.domain.ports import Clock
from parley.errors import PermanentError
from parley.services.campaigns.audience import Audience, AudienceMember
from parley.services.campaigns.fenced_update import update_under_fence
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Changes,
    Increment,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
)
from schema import ids, limits, paths
from schema.batches import planned_batch_fields
from schema.campaign_plan import Plan, plan_patch

_PAGE_PEOPLE = 1_000
"""People in one commit: about 100 KB in 10 batches, or 600 KB in a batch for each person."""

_PINNED = timedelta(minutes=50)
"""How long a pinned read time is used. Without point-in-time recovery, Firestore serves reads of
the past hour. A later planner pins a new time; the cursor still prevents duplicates."""


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """The plan as this planner last wrote it."""

    plan: Plan
    update_time: datetime


def _resumed(held: HeldPlan, now: datetime) -> Plan:
    """Return the plan for this planner to continue, with a new epoch and a time to read at.

    The time is the store's, because our clock may be ahead. It is None if the plan is too old to
    be read at its own time; then the stream pins the time at which it starts.
    """
    times = (held.plan.read_time, held.update_time)
    readable = next((time for time in times if time is not None and now - time < _PINNED), None)
    return held.plan.model_copy(update={"epoch": held.plan.epoch + 1, "read_time": readable})


class FreezeAudience:
    """Plans campaigns: divides an audience into batches."""

    def __init__(self, *, store: Store, audience: Audience, clock: Clock, batch_size: int) -> None:
        self._store = store
        self._audience = audience
        self._clock = clock
        self._batch_size = min(batch_size, limits.CAMPAIGN_BATCH)

    async def freeze(self, campaign: Campaign, held: HeldPlan) -> AsyncIterator[HeldPlan]:
        """Write the ledger from the plan's cursor on; yield the plan after each page.

        The last plan yielded is frozen. Raise ``Conflict`` when another planner has written a page
        since ``held`` was read, ``PermanentError`` when its list has gone since it was begun.
        """
        held = HeldPlan(_resumed(held, self._clock.now()), held.update_time)
        page: list[AudienceMember] = []
        try:
            people = self._audience.members(
                campaign, cursor=held.plan.cursor, read_time=held.plan.read_time
            )
            async for member in people:
                page.append(member)
                if len(page) == _PAGE_PEOPLE:
                    held = await self._freeze_page(campaign, held, page, is_last=False)
                    page = []
                    yield held
        except InvalidCampaign as invalid:
            raise PermanentError(f"campaign {campaign.id}: {invalid.message}") from invalid
        yield await self._freeze_page(campaign, held, page, is_last=True)

    async def _freeze_page(
        self, campaign: Campaign, held: HeldPlan, page: list[AudienceMember], *, is_last: bool
    ) -> HeldPlan:
        size = self._size(campaign)
        slices = [page[start : start + size] for start in range(0, len(page), size)]
        now = self._clock.now()
        batches = [
            Set(
                paths.campaign_batch(campaign.id, ids.campaign_batch_id(campaign.id, number)),
                planned_batch_fields(
                    service_id=campaign.service_id,
                    kind=campaign.kind.name,
                    number=number,
                    uids=[member.uid for member in members],
                    skipped={
                        member.uid: str(member.skipped) for member in members if member.skipped
                    },
                    invalid={member.uid: member.invalid for member in members if member.invalid},
                    at=now,
                    lane=number % campaign.lanes if campaign.lanes else 0,
                    chat_id=campaign.kind.shared_chat_id(campaign),
                    purpose=campaign.job.purpose,
                ),
                MUST_NOT_EXIST,
            )
            for number, members in enumerate(slices, held.plan.batch_count)
        ]
        plan = held.plan.model_copy(
            update={
                "state": "frozen" if is_last else "planning",
                "cursor": page[-1].cursor if page else held.plan.cursor,
                "audience_count": held.plan.audience_count + len(page),
                "batch_count": held.plan.batch_count + len(slices),
            }
        )
        fence = Update(
            paths.campaign_plan(campaign.id),
            plan_patch(
                state=plan.state,
                epoch=plan.epoch,
                cursor=plan.cursor,
                read_time=plan.read_time,
                audience_count=plan.audience_count,
                batch_count=plan.batch_count,
                updated_at=SERVER_TIME,
            ),
            UpdatedAt(held.update_time),
        )
        result = await self._store.commit([fence, *batches])
        return HeldPlan(plan, result.update_times[0])

    def _size(self, campaign: Campaign) -> int:
        """Return how many people share a batch; a throttle is held batch by batch."""
        if campaign.per_minute is None:
            return self._batch_size
        return paced_batch(campaign.per_minute, self._batch_size)


async def stop_planning(store: Store, path: str) -> None:
    """Fence out a planner that may still be running: its next page is refused."""

    def stopped(held: Snapshot) -> Changes | None:
        if held.fields.get("state") == "givenUp":
            return None
        return plan_patch(state="givenUp", epoch=Increment(1), updated_at=SERVER_TIME)

    await update_under_fence(store, path, stopped)
