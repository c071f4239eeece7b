"""Advance a campaign: validate its job, freeze its audience, publish its batches.

A call continues from the step that the campaign has reached, so a redelivery, a take-over from a
dead worker and a nudge are all the same call.
"""

from __future__ import annotations

from pydantic import ValidationError

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.job import InvalidCampaign
from parley.domain.campaigns.lifecycle import (
    Event,
    Move,
    Notice,
    answer_command,
    parse_command,
    step,
)
from parley.domain.ports import Clock
from parley.errors import Conflict, PermanentError
from parley.services.campaigns.begin_campaigns import BeginCampaigns
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.services.campaigns.fenced_update import update_under_fence
from parley.services.campaigns.freeze_audience import FreezeAudience, HeldPlan
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.store import SERVER_TIME, Changes, Snapshot, Store, Update
from parley.structured_logging import get_log
from schema import ids, paths
from schema.campaign_plan import Plan
from schema.campaign_status import status_patch
from schema.explain import explain
from schema.ledger import StoredStatus
from schema.reasons import CampaignState, RecipientState
from schema.recipients import empty_counts

_PROGRESS_SECONDS = 1.0

_log = get_log(__name__)


class RunCampaigns:
    """Advances campaigns, from any state."""

    def __init__(
        self,
        *,
        store: Store,
        begin: BeginCampaigns,
        freeze: FreezeAudience,
        ready: ReadyBatches,
        campaigns: CompiledCampaigns,
        progress: CampaignProgress,
        clock: Clock,
    ) -> None:
        self._store = store
        self._begin = begin
        self._freeze = freeze
        self._ready = ready
        self._campaigns = campaigns
        self._progress = progress
        self._clock = clock

    async def run(self, campaign_id: str) -> None:
        """Advance the campaign as far as possible.

        Raise ``Conflict`` when another worker is planning it, ``PermanentError`` when it can never
        advance because its job or its plan does not exist or cannot be read.
        """
        job, status, plan = await self._load(campaign_id)
        if job is None:
            raise PermanentError(f"campaignQueue/{campaign_id} does not exist")
        if status is None:
            await self._begin.begin(job)
            job_again, status, plan = await self._load(campaign_id)
            job = job_again or job
        if status is None:
            raise Conflict(f"campaignStatus/{campaign_id} was just written and does not exist")
        state = StoredStatus.read(status.fields).state
        if state is None:
            _log.warning("campaign.unknownState", campaignId=campaign_id)
            return
        await self._answer_command(job, status, state)
        if state is CampaignState.PLANNING:
            await self._plan_and_publish(self._read(job), plan)
        elif state is CampaignState.RUNNING:
            # A probe finds out whether its batches are on their queue. A worker may have died while
            # publishing them, or the queue may have lost them.
            await self._ready.probe(campaign_id, self._read(job).service_id)
        else:
            return
        self._progress.mark(campaign_id)

    def _read(self, job: Snapshot) -> Campaign:
        try:
            return self._campaigns.read(job)
        except InvalidCampaign as invalid:
            raise PermanentError(f"campaign {job.id}: {invalid.message}") from invalid

    async def _plan_and_publish(self, campaign: Campaign, plan: Snapshot | None) -> None:
        held = _held(campaign, plan)
        if held.plan.state == "planning":
            held = await self._plan(campaign, held)
            batches = range(held.plan.batch_count)
            batch_ids = [ids.campaign_batch_id(campaign.id, number) for number in batches]
        else:
            batch_ids = await self._ready.planned(campaign.id)
        await self._start_running(campaign, held.plan)
        await self._ready.publish(campaign.id, campaign.service_id, batch_ids)

    async def _load(
        self, campaign_id: str
    ) -> tuple[Snapshot | None, Snapshot | None, Snapshot | None]:
        job, status, plan = await self._store.get_many(
            [
                paths.campaign(campaign_id),
                paths.campaign_status(campaign_id),
                paths.campaign_plan(campaign_id),
            ]
        )
        return job, status, plan

    async def _answer_command(self, job: Snapshot, status: Snapshot, state: CampaignState) -> None:
        """Tell staff that a command was ignored; a repeat writes nothing."""
        command = parse_command(job.fields.get("command"))
        if command is None:
            return
        outcome = answer_command(command, state, self._clock.now())
        if not isinstance(outcome, Notice):
            return
        if StoredStatus.read(status.fields).notice != outcome.text:
            told = status_patch(notice=outcome.text)
            await self._store.commit([Update(status.path, told)])

    async def _plan(self, campaign: Campaign, held: HeldPlan) -> HeldPlan:
        """Freeze the audience, and report the number of planned people about once a second."""
        reported_at = self._clock.now()
        async for plan in self._freeze.freeze(campaign, held):
            held = plan
            now = self._clock.now()
            if (now - reported_at).total_seconds() >= _PROGRESS_SECONDS:
                reported_at = now
                await self._report_planned(campaign, held.plan)
        return held

    async def _report_planned(self, campaign: Campaign, plan: Plan) -> None:
        planned = status_patch(audience_count=plan.audience_count, updated_at=SERVER_TIME)
        await self._store.commit([Update(paths.campaign_status(campaign.id), planned)])

    async def _start_running(self, campaign: Campaign, plan: Plan) -> None:
        """Move from planning to running, once. From then on the counts add up to the audience."""

        def started(status: Snapshot) -> Changes | None:
            state = StoredStatus.read(status.fields).state
            outcome = step(state, Event.PLANNED, self._clock.now()) if state else None
            if not isinstance(outcome, Move):
                return None
            return status_patch(
                state=outcome.state,
                audience_count=plan.audience_count,
                counts=empty_counts() | {str(RecipientState.PLANNED): plan.audience_count},
                started_at=SERVER_TIME,
                updated_at=SERVER_TIME,
            )

        path = paths.campaign_status(campaign.id)
        if not await update_under_fence(self._store, path, started):
            raise PermanentError(f"{path} does not exist")


def _held(campaign: Campaign, plan: Snapshot | None) -> HeldPlan:
    """Return the plan to continue; raise ``PermanentError`` if nobody can continue it."""
    if plan is None:
        raise PermanentError(f"the plan of campaign {campaign.id} does not exist")
    try:
        held = HeldPlan(Plan.parse(plan.fields), plan.update_time)
    except ValidationError as wrong:
        why = explain(wrong, with_values=True)
        raise PermanentError(f"the plan of campaign {campaign.id} cannot be read: {why}") from wrong
    if held.plan.state == "givenUp":
        raise PermanentError(f"the planning of campaign {campaign.id} was given up")
    return held
