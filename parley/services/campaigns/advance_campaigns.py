"""Bring a campaign's status up to date with its command and with the time, under its fence."""

from __future__ import annotations

from collections.abc import Sequence

from parley.domain.campaigns.advancing import Standing, next_change
from parley.domain.campaigns.job import InvalidCampaign
from parley.domain.campaigns.lifecycle import Event, Move, step
from parley.domain.ports import Clock
from parley.errors import Conflict, PermanentError
from parley.services.campaigns.begin_campaigns import BeginCampaigns, new_plan, refusal_error
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.store import SERVER_TIME, Snapshot, Store, Update, UpdatedAt, Write
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.campaign_status import status_patch
from schema.patches import Patch
from schema.reasons import CampaignState

_CHANGES = 10
"""Changes in one call: a campaign comes from its first state to its last in fewer."""


class AdvanceCampaigns:
    """Answers commands, starts what is scheduled and ends what has expired."""

    def __init__(
        self, *, store: Store, begin: BeginCampaigns, campaigns: CompiledCampaigns, clock: Clock
    ) -> None:
        self._store = store
        self._begin = begin
        self._campaigns = campaigns
        self._clock = clock

    async def advance(self, campaign_id: str) -> Standing:
        """Return the campaign as it stands once nothing about its status is left to change.

        Raise ``PermanentError`` if its job does not exist, ``Conflict`` when others keep winning.
        """
        for _ in range(_CHANGES):
            standing: Standing | None = None
            has_changed = False

            async def decide() -> Sequence[Write]:
                nonlocal standing, has_changed
                standing = await self._load(campaign_id)
                change = await self._next_change(standing)
                has_changed = change is not None
                return [] if change is None else self._writes(standing, change)

            await commit_with_retry(self._store, decide, what=paths.campaign_status(campaign_id))
            if standing is not None and not has_changed:
                return standing
        raise Conflict(f"the status of campaign {campaign_id} keeps changing")

    async def _load(self, campaign_id: str) -> Standing:
        """Read the campaign's documents at one time; write its first status if there is none."""
        for _ in range(2):
            job, status, plan = await self._store.get_many(
                [
                    paths.campaign(campaign_id),
                    paths.campaign_status(campaign_id),
                    paths.campaign_plan(campaign_id),
                ]
            )
            if job is None:
                raise PermanentError(f"campaignQueue/{campaign_id} does not exist")
            if status is not None:
                return Standing(job, status, plan)
            await self._begin.begin(job)
        raise Conflict(f"campaignStatus/{campaign_id} was just written and is not there")

    async def _next_change(self, standing: Standing) -> Patch | None:
        now = self._clock.now()
        try:
            schedule = (await self._campaigns.load(standing.job)).job.schedule
        except InvalidCampaign:
            schedule = None
        change = next_change(standing, schedule, now)
        state = standing.state
        starts = (
            change is not None
            and state in (CampaignState.SCHEDULED, CampaignState.PAUSED)
            and _needs_plan(standing.plan, change)
        )
        # Much may have changed since it was written: the service, its list, who may send for it.
        invalid = await self._begin.refusal(standing.job) if starts else None
        if invalid is None or state is None:
            return change
        outcome = step(state, Event.REFUSED, now)
        assert isinstance(outcome, Move)
        return status_patch(
            state=outcome.state,
            error=refusal_error(invalid),
            finished_at=SERVER_TIME,
            updated_at=SERVER_TIME,
        )

    def _writes(self, standing: Standing, change: Patch) -> list[Write]:
        writes: list[Write] = [
            Update(standing.status.path, change, UpdatedAt(standing.status.update_time))
        ]
        if _needs_plan(standing.plan, change):
            writes.append(new_plan(standing.job.id))
        return writes


def _needs_plan(plan: Snapshot | None, change: Patch) -> bool:
    return plan is None and change.get("state") == CampaignState.PLANNING
