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
from parley.domain.campaigns.filters import Predicate, fields_read, narrowing
from parley.domain.campaigns.pacing import paced_batch
from parley.domain.ports import Clock
from parley.services.campaigns.fenced_update import update_under_fence
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Changes,
    FieldPath,
    Increment,
    OrderBy,
    Query,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Where,
)
from schema import ids, limits, paths
from schema.batches import planned_batch_fields
from schema.campaign_plan import Plan, plan_patch
from schema.campaigns import FilterAudience, UserIdsAudience
from schema.reasons import RecipientReason

_PAGE_PEOPLE = 1_000
"""People in one commit: about 100 KB in 10 batches, or 600 KB in a batch for each person."""

_LOOKED_UP = 500
"""Explicit ids looked up in one call."""

_PINNED = timedelta(minutes=50)
"""How long a pinned read time is used. Without point-in-time recovery, Firestore serves reads of
the past hour. A later planner pins a new time; the cursor still prevents duplicates."""


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """The plan as this planner last wrote it."""

    plan: Plan
    update_time: datetime


@dataclass(frozen=True, slots=True)
class _Member:
    """One person of the audience.

    ``cursor`` points behind them in the audience. ``skipped`` is why they get nothing, and
    ``invalid`` says what makes their record unusable.
    """

    uid: str
    cursor: str
    skipped: RecipientReason | None = None
    invalid: str | None = None


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

    def __init__(self, *, store: Store, clock: Clock, batch_size: int) -> None:
        self._store = store
        self._clock = clock
        self._batch_size = min(batch_size, limits.CAMPAIGN_BATCH)

    async def freeze(self, campaign: Campaign, held: HeldPlan) -> AsyncIterator[HeldPlan]:
        """Write the ledger from the plan's cursor on; yield the plan after each page.

        The last plan yielded is frozen. Raise ``Conflict`` when another planner has written a page
        since ``held`` was read.
        """
        held = HeldPlan(_resumed(held, self._clock.now()), held.update_time)
        page: list[_Member] = []
        async for member in self._audience(campaign, held.plan):
            page.append(member)
            if len(page) == _PAGE_PEOPLE:
                held = await self._freeze_page(campaign, held, page, is_last=False)
                page = []
                yield held
        yield await self._freeze_page(campaign, held, page, is_last=True)

    async def _freeze_page(
        self, campaign: Campaign, held: HeldPlan, page: list[_Member], *, is_last: bool
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

    def _audience(self, campaign: Campaign, plan: Plan) -> AsyncIterator[_Member]:
        audience = campaign.job.audience
        if isinstance(audience, UserIdsAudience):
            return self._named(campaign, list(dict.fromkeys(audience.user_ids)), plan.cursor)
        return self._found(campaign, plan)

    async def _named(
        self, campaign: Campaign, uids: list[str], cursor: str | None
    ) -> AsyncIterator[_Member]:
        """Yield explicit ids in their order; people unknown to the service are skipped."""
        start = int(cursor) if cursor is not None else 0
        for first in range(start, len(uids), _LOOKED_UP):
            chunk = uids[first : first + _LOOKED_UP]
            found = await self._store.get_many(
                [paths.service_user(campaign.service_id, uid) for uid in chunk], select=()
            )
            for index, (uid, snapshot) in enumerate(zip(chunk, found, strict=True), first + 1):
                unknown = RecipientReason.NOT_IN_SERVICE if snapshot is None else None
                yield _Member(uid, str(index), unknown)

    async def _found(self, campaign: Campaign, plan: Plan) -> AsyncIterator[_Member]:
        """Yield everybody who matches the filter, in the order of their ids."""
        collection = paths.service_users(campaign.service_id)
        audience = campaign.job.audience
        matches = campaign.matches
        select: tuple[FieldPath, ...] = ()
        where: tuple[Where, ...] = ()
        if isinstance(audience, FilterAudience):
            select, where = fields_read(audience.where), narrowing(audience.where)
        query = Query(
            collection,
            where=where,
            order_by=(OrderBy("__name__"),),
            start_after=(f"{collection}/{plan.cursor}",) if plan.cursor is not None else None,
            select=select,
        )
        async for page in self._store.stream(query, read_time=plan.read_time):
            for snapshot in page:
                member = _member(snapshot, matches)
                if member is not None:
                    yield member


async def stop_planning(store: Store, path: str) -> None:
    """Fence out a planner that may still be running: its next page is refused."""

    def stopped(held: Snapshot) -> Changes | None:
        if held.fields.get("state") == "givenUp":
            return None
        return plan_patch(state="givenUp", epoch=Increment(1), updated_at=SERVER_TIME)

    await update_under_fence(store, path, stopped)


def _member(snapshot: Snapshot, matches: Predicate | None) -> _Member | None:
    """Return the person of a record, None if the filter excludes them."""
    uid = snapshot.id
    invalid = None if ids.is_name(uid) else "the id of the record is not a valid uid"
    try:
        if matches is not None and not matches(snapshot.fields):
            return None
    except Exception as error:
        invalid = f"the audience's filter cannot be applied: {type(error).__name__}: {error}"
    return _Member(uid, uid, invalid=invalid)
