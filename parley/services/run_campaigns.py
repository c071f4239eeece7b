"""The campaign worker's use case: from a job that staff wrote to batches on their queue.

Whatever step a campaign stands at, one call brings it on from there; so a repeat, a take-over after
a death and the sweeper's nudge are the same call.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from parley.domain.campaigns import Campaign, InvalidCampaign, command_notice
from parley.domain.errors import CommitOutcomeUnknown, Conflict, PermanentError
from parley.domain.ports import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Clock,
    Publisher,
    Query,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Where,
)
from parley.services.campaign_progress import CampaignProgress
from parley.services.campaigns import CompiledCampaigns
from parley.services.freeze_audience import FreezeAudience, HeldPlan
from schema import changes, ids, paths
from schema.campaign_status import CampaignStatus, Plan, empty_counts, plan_fields, status_fields
from schema.events import CampaignBatchReady
from schema.reasons import CampaignState

_TRIES = 5
_PROGRESS_SECONDS = 1.0
_PUBLISHED_AT_ONCE = 500


class RunCampaigns:
    """Validates, freezes the audience, publishes the batches."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        freeze: FreezeAudience,
        campaigns: CompiledCampaigns,
        progress: CampaignProgress,
        clock: Clock,
        randomness: random.Random,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._freeze = freeze
        self._campaigns = campaigns
        self._progress = progress
        self._clock = clock
        self._randomness = randomness

    async def run(self, campaign_id: str) -> None:
        """Bring the campaign on; raises ``Conflict`` when another worker is at it."""
        job, status, plan = await self._load(campaign_id)
        if job is None:
            raise PermanentError(f"campaignQueue/{campaign_id} does not exist")
        if status is None:
            await self._begin(job)
            job_again, status, plan = await self._load(campaign_id)
            job = job_again or job
        if status is None:
            raise Conflict(f"campaignStatus/{campaign_id} was just written and is not there")
        state = CampaignStatus.parse(status.fields).state
        await self._answer_command(job, status, state)
        if state.is_final or plan is None:
            return
        held = HeldPlan(Plan.parse(plan.fields), plan.update_time)
        campaign = self._campaigns.read(job)
        if held.plan.state == "planning":
            held = await self._plan(campaign, held)
            batches = range(held.plan.batch_count)
            batch_ids = [ids.campaign_batch_id(campaign.id, number) for number in batches]
        else:
            batch_ids = await self._still_planned(campaign.id)
        await self._start_running(campaign, held.plan)
        await self._publish(campaign, batch_ids)
        self._progress.mark(campaign.id)

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

    async def _begin(self, job: Snapshot) -> None:
        """The first status: planning, or failed with a reason that its author can act on."""
        try:
            campaign = self._campaigns.read(job)
        except InvalidCampaign as invalid:
            await self._write_once(
                [Set(paths.campaign_status(job.id), _refused(job, invalid), MUST_NOT_EXIST)]
            )
            return
        status = status_fields(
            service_id=campaign.service_id,
            name=campaign.job.name,
            kind=campaign.job.kind,
            state=CampaignState.PLANNING,
            updated_at=SERVER_TIME,
        )
        await self._write_once(
            [
                Set(paths.campaign_status(job.id), status, MUST_NOT_EXIST),
                Set(paths.campaign_plan(job.id), plan_fields(at=SERVER_TIME), MUST_NOT_EXIST),
            ]
        )

    async def _write_once(self, writes: Sequence[Set]) -> None:
        """Whoever was first, it is there."""
        try:
            await self._store.commit(writes)
        except (Conflict, CommitOutcomeUnknown):
            return

    async def _answer_command(self, job: Snapshot, status: Snapshot, state: CampaignState) -> None:
        notice = command_notice(job.fields.get("command"), state)
        if notice is None or status.fields.get("notice") == notice:
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
            if CampaignStatus.parse(status.fields).state is not CampaignState.PLANNING:
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

    async def _still_planned(self, campaign_id: str) -> list[str]:
        query = Query(
            paths.campaign_batches(campaign_id), where=(Where("state", "==", "planned"),), select=()
        )
        return [snapshot.id async for page in self._store.stream(query) for snapshot in page]

    async def _publish(self, campaign: Campaign, batch_ids: list[str]) -> None:
        """Put batches on their queue, shuffled, so that workers meet in no key range."""
        self._randomness.shuffle(batch_ids)
        for start in range(0, len(batch_ids), _PUBLISHED_AT_ONCE):
            await self._publisher.publish(
                [
                    CampaignBatchReady(
                        campaign_id=campaign.id,
                        batch_id=batch_id,
                        service_id=campaign.service_id,
                    )
                    for batch_id in batch_ids[start : start + _PUBLISHED_AT_ONCE]
                ]
            )


def _refused(job: Snapshot, invalid: InvalidCampaign) -> dict[str, object]:
    """The status of a job that cannot run, with as much of the job as can be read."""

    def text(name: str, otherwise: str) -> str:
        held = job.fields.get(name)
        return held if isinstance(held, str) and held else otherwise

    return {
        **status_fields(
            service_id=text("serviceId", "default"),
            name=text("name", job.id),
            kind=text("kind", "individual"),
            state=CampaignState.FAILED,
            updated_at=SERVER_TIME,
            error={"code": str(invalid.code), "message": invalid.message},
        ),
        "finishedAt": SERVER_TIME,
    }
