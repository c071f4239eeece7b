"""The campaign worker's use case: from a job that staff wrote to batches on their queue.

Whatever step a campaign stands at, one call brings it on from there; so a repeat, a take-over after
a death and the sweeper's nudge are the same call.
"""

from __future__ import annotations

from pydantic import ValidationError

from parley.domain.campaigns.job import Campaign, InvalidCampaign, command_notice
from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict, PermanentError
from parley.services.campaigns.begin_campaigns import BeginCampaigns
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.services.campaigns.freeze_audience import FreezeAudience, HeldPlan
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.store import SERVER_TIME, Snapshot, Store, Update, UpdatedAt
from parley.structured_logging import get_log
from schema import changes, ids, paths
from schema.campaign_status import Plan, empty_counts
from schema.explain import explain
from schema.ledger import StoredStatus
from schema.reasons import CampaignState

_TRIES = 5
_PROGRESS_SECONDS = 1.0

_log = get_log(__name__)


class RunCampaigns:
    """Validates, freezes the audience, publishes the batches."""

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
        """Bring the campaign on; raises ``Conflict`` when another worker is at it.

        ``PermanentError``: it can never be brought on, since its job or its plan is not there.
        """
        job, status, plan = await self._load(campaign_id)
        if job is None:
            raise PermanentError(f"campaignQueue/{campaign_id} does not exist")
        if status is None:
            await self._begin.begin(job)
            job_again, status, plan = await self._load(campaign_id)
            job = job_again or job
        if status is None:
            raise Conflict(f"campaignStatus/{campaign_id} was just written and is not there")
        state = StoredStatus.read(status.fields).state
        if state is None:
            _log.warning("campaign.unknownState", campaignId=campaign_id)
            return
        await self._answer_command(job, status, state)
        if state is CampaignState.PLANNING:
            await self._plan_and_publish(self._read(job), plan)
        elif state is CampaignState.RUNNING:
            # Its batches are on their queue, or nearly all, unless somebody died or a queue was
            # lost; one of them finds out.
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
        notice = command_notice(job.fields.get("command"), state)
        if notice is None or StoredStatus.read(status.fields).notice == notice:
            return
        await self._store.commit([Update(status.path, changes.status_changed(notice=notice))])

    async def _plan(self, campaign: Campaign, held: HeldPlan) -> HeldPlan:
        told = self._clock.now()
        async for plan in self._freeze.freeze(campaign, held):
            held = plan
            now = self._clock.now()
            if (now - told).total_seconds() >= _PROGRESS_SECONDS:
                told = now
                await self._tell_planned(campaign, held.plan)
        return held

    async def _tell_planned(self, campaign: Campaign, plan: Plan) -> None:
        await self._store.commit(
            [
                Update(
                    paths.campaign_status(campaign.id),
                    changes.status_changed(
                        audience_count=plan.audience_count, updated_at=SERVER_TIME
                    ),
                )
            ]
        )

    async def _start_running(self, campaign: Campaign, plan: Plan) -> None:
        """From planning to running, once; the counts add up to the audience from here on."""
        for _ in range(_TRIES):
            (status,) = await self._store.get_many([paths.campaign_status(campaign.id)])
            if status is None:
                raise PermanentError(f"campaignStatus/{campaign.id} does not exist")
            if StoredStatus.read(status.fields).state is not CampaignState.PLANNING:
                return
            counts = empty_counts() | {"planned": plan.audience_count}
            running = changes.status_changed(
                state=str(CampaignState.RUNNING),
                audience_count=plan.audience_count,
                counts=counts,
                started_at=SERVER_TIME,
                updated_at=SERVER_TIME,
            )
            try:
                await self._store.commit(
                    [Update(status.path, running, UpdatedAt(status.update_time))]
                )
            except (Conflict, CommitOutcomeUnknown):
                continue
            return
        raise Conflict(f"campaignStatus/{campaign.id} is being changed by others")


def _held(campaign: Campaign, plan: Snapshot | None) -> HeldPlan:
    """The plan to go on with; raises ``PermanentError`` for one that nobody can go on with."""
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
