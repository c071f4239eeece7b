"""Advance a campaign: answer its command, freeze its audience, publish its batches.

One call continues from the step that the campaign has reached, so a redelivery, a take-over from a
dead worker, a command and a wake-up are all the same call.
"""

from __future__ import annotations

from pydantic import ValidationError

from parley.domain.campaigns.advancing import Standing
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.job import InvalidCampaign
from parley.domain.campaigns.lifecycle import Event, Move, step
from parley.domain.delivery.routing import EXPIRED, Exclusion
from parley.domain.ports import Clock
from parley.errors import PermanentError
from parley.services.campaigns.advance_campaigns import AdvanceCampaigns
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.services.campaigns.end_batches import EndBatches
from parley.services.campaigns.fenced_update import update_under_fence
from parley.services.campaigns.freeze_audience import FreezeAudience, HeldPlan, stop_planning
from parley.services.campaigns.plan_again import PlanAgain
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.services.campaigns.record_sms import RecordSmsResults
from parley.store import DELETE_FIELD, SERVER_TIME, Changes, Snapshot, Store, Update
from parley.structured_logging import get_log
from schema import ids, paths
from schema.campaign_plan import Plan
from schema.campaign_status import status_patch
from schema.explain import explain
from schema.ledger import StoredStatus
from schema.patches import UNSET
from schema.reasons import CampaignState, RecipientReason, RecipientState
from schema.recipients import empty_counts

_PROGRESS_SECONDS = 1.0

_CANCELLED = Exclusion(RecipientState.SKIPPED, RecipientReason.CANCELLED)

_log = get_log(__name__)


class RunCampaigns:
    """Advances campaigns, from any state."""

    def __init__(
        self,
        *,
        store: Store,
        advance: AdvanceCampaigns,
        freeze: FreezeAudience,
        ready: ReadyBatches,
        plan_again: PlanAgain,
        end: EndBatches,
        campaigns: CompiledCampaigns,
        progress: CampaignProgress,
        sms: RecordSmsResults,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sms = sms
        self._advance = advance
        self._freeze = freeze
        self._ready = ready
        self._plan_again = plan_again
        self._end = end
        self._campaigns = campaigns
        self._progress = progress
        self._clock = clock

    async def run(self, campaign_id: str) -> None:
        """Advance the campaign as far as possible.

        Raise ``Conflict`` when another worker is planning it, ``PermanentError`` when it can never
        advance because its job or its plan does not exist or cannot be read.
        """
        standing = await self._advance.advance(campaign_id)
        state = standing.state
        match state:
            case None:
                _log.warning("campaign.unknownState", campaignId=campaign_id)
                return
            case CampaignState.PLANNING:
                await self._plan_and_publish(await self._read(standing.job), standing.plan)
            case CampaignState.RUNNING:
                await self._continue(await self._read(standing.job))
            case CampaignState.CANCELLED:
                await self._cancel(standing)
            case CampaignState.COMPLETED | CampaignState.COMPLETED_WITH_ERRORS:
                await self._finish(await self._read(standing.job))
            case _:
                return
        self._progress.mark(campaign_id)

    async def _read(self, job: Snapshot) -> Campaign:
        try:
            return await self._campaigns.load(job)
        except InvalidCampaign as invalid:
            raise PermanentError(f"campaign {job.id}: {invalid.message}") from invalid

    async def _continue(self, campaign: Campaign) -> None:
        """Publish what is due. Batches that are on the queue already are found by a probe."""
        now = self._clock.now()
        if campaign.expire_at is not None and campaign.expire_at <= now:
            await self._end.all(campaign.id, EXPIRED, falls_back=campaign.falls_back)
            await self._heal_sms(campaign)
            return
        due = await self._ready.held(campaign.id, by=now)
        late = await self._ready.falling_back(campaign.id, by=now) if campaign.falls_back else []
        await self._heal_sms(campaign)
        if due or late:
            await self._plan_again.held(campaign.id, due)
            await self._plan_again.fallen_back(campaign.id, late, campaign.job.channels[-1])
            await self._ready.probe_unnotified(campaign.id, campaign.service_id)
            await self._ready.publish_planned(campaign)
        else:
            await self._ready.probe(campaign)

    async def _heal_sms(self, campaign: Campaign) -> None:
        """Find SMS and results that were lost on their way."""
        if campaign.sends_sms:
            await self._sms.heal(campaign.id)

    async def _cancel(self, standing: Standing) -> None:
        """End everybody who got nothing yet; the counts then add up to those who were planned.

        SMS that their workers already have are still sent; a notice tells staff how many.
        """
        if standing.plan is None:
            return
        stored = standing.stored
        await stop_planning(self._store, standing.plan.path)
        await self._end.all(standing.job.id, _CANCELLED, falls_back=stored.falls_back)
        if stored.sends_sms:
            await self._sms.heal(standing.job.id)
            if stored.notice is None:
                await self._tell_handed_over(standing.job.id)

    async def _tell_handed_over(self, campaign_id: str) -> None:
        """Say in the notice how many SMS a cancelled campaign still sends."""
        count = await self._progress.count(campaign_id, RecipientState.SENDING)
        if not count:
            return
        notice = f"cancelled; {count} SMS were already handed over and still go"

        def told(status: Snapshot) -> Changes | None:
            stored = StoredStatus.read(status.fields)
            return status_patch(notice=notice) if stored.notice is None else None

        await update_under_fence(self._store, paths.campaign_status(campaign_id), told)

    async def _finish(self, campaign: Campaign) -> None:
        """Find pushes that were lost; go on with people who were planned once more."""
        await self._ready.probe_unnotified(campaign.id, campaign.service_id)
        if await self._ready.planned(campaign.id, limit=1):
            await self.go_on(campaign)

    async def go_on(self, campaign: Campaign) -> None:
        """Run a campaign on in which people who had failed are planned once more."""

        def running(status: Snapshot) -> Changes | None:
            state = StoredStatus.read(status.fields).state
            outcome = step(state, Event.RETRIED, self._clock.now()) if state else None
            if not isinstance(outcome, Move):
                return None
            return status_patch(
                state=outcome.state,
                finished_at=DELETE_FIELD,
                error=DELETE_FIELD,
                updated_at=SERVER_TIME,
            )

        await update_under_fence(self._store, paths.campaign_status(campaign.id), running)
        await self._ready.publish_planned(campaign)
        self._progress.mark(campaign.id)

    async def _plan_and_publish(self, campaign: Campaign, plan: Snapshot | None) -> None:
        held = _held(campaign, plan)
        is_new = held.plan.state == "planning"
        if is_new:
            held = await self._plan(campaign, held)
        if held.plan.state != "frozen" or not await self._start_running(campaign, held.plan):
            return
        if is_new and not campaign.lanes:
            # Nobody has sent any yet, so their ids are known without a query.
            numbers = range(held.plan.batch_count)
            batch_ids = [ids.campaign_batch_id(campaign.id, number) for number in numbers]
            await self._ready.publish(campaign.id, campaign.service_id, batch_ids)
        else:
            await self._ready.publish_planned(campaign)

    async def _plan(self, campaign: Campaign, held: HeldPlan) -> HeldPlan:
        """Freeze the audience; stop between two pages if staff ask to pause or cancel.

        The number of people is reported about once a second.
        """
        reported_at = self._clock.now()
        async for plan in self._freeze.freeze(campaign, held):
            held = plan
            if held.plan.state == "frozen":
                break
            now = self._clock.now()
            if (now - reported_at).total_seconds() >= _PROGRESS_SECONDS:
                reported_at = now
                await self._report_planned(campaign, held.plan)
            standing = await self._advance.advance(campaign.id)
            if standing.state is not CampaignState.PLANNING:
                if standing.state is CampaignState.CANCELLED:
                    await self._cancel(standing)
                break
        return held

    async def _report_planned(self, campaign: Campaign, plan: Plan) -> None:
        planned = status_patch(audience_count=plan.audience_count, updated_at=SERVER_TIME)
        await self._store.commit([Update(paths.campaign_status(campaign.id), planned)])

    async def _start_running(self, campaign: Campaign, plan: Plan) -> bool:
        """Move from planning to running, once; from then on the counts add up to the audience.

        Return whether the campaign runs: staff may have stopped it meanwhile.
        """
        state: CampaignState | None = None

        def started(status: Snapshot) -> Changes | None:
            nonlocal state
            stored = StoredStatus.read(status.fields)
            state = stored.state
            outcome = step(state, Event.PLANNED, self._clock.now()) if state else None
            is_planned = stored.counts is not None and sum(stored.counts.values()) > 0
            if isinstance(outcome, Move):
                state = outcome.state
            elif state is not CampaignState.PAUSED or is_planned:
                return None
            return status_patch(
                state=state if isinstance(outcome, Move) else UNSET,
                audience_count=plan.audience_count,
                counts=empty_counts() | {str(RecipientState.PLANNED): plan.audience_count},
                started_at=SERVER_TIME,
                updated_at=SERVER_TIME,
            )

        path = paths.campaign_status(campaign.id)
        if not await update_under_fence(self._store, path, started):
            raise PermanentError(f"{path} does not exist")
        return state is CampaignState.RUNNING


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
