"""Give everybody of a campaign who failed another attempt, in the same batches.

The order of the commits: the campaign's ``wakeAt`` first, so that the work is found again
if this process dies; then the batches, each under its fence; then the campaign runs on.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.access import ADMINS, Caller, RefusalKind, Refused
from parley.domain.campaign_requests import RetryFailed
from parley.domain.campaigns.job import InvalidCampaign
from parley.domain.campaigns.waking import STALLED_AFTER
from parley.domain.ports import Clock
from parley.services.campaigns.fenced_update import update_under_fence
from parley.services.campaigns.find_campaigns import FindCampaigns
from parley.services.campaigns.plan_again import PlanAgain, Retried
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.run_campaigns import RunCampaigns
from parley.store import Changes, Query, Snapshot, Store
from schema import paths
from schema.campaign_status import status_patch
from schema.ledger import StoredStatus
from schema.reasons import CallableReason, CampaignState

_RETRIED = frozenset({CampaignState.COMPLETED_WITH_ERRORS, CampaignState.PAUSED})
_OVER = frozenset({CampaignState.CANCELLED, CampaignState.FAILED})


class RetryFailedRecipients:
    """Plans the failed people of campaigns once more."""

    def __init__(
        self,
        *,
        store: Store,
        find: FindCampaigns,
        plan_again: PlanAgain,
        run: RunCampaigns,
        progress: CampaignProgress,
        clock: Clock,
    ) -> None:
        self._store = store
        self._find = find
        self._plan_again = plan_again
        self._run = run
        self._progress = progress
        self._clock = clock

    async def retry(self, *, caller: Caller, request: RetryFailed) -> Retried:
        """Return how many people this call gave another attempt, and how many have to wait.

        While the campaign runs, nobody is: what has failed is retried once it has ended, or while
        it is paused. Refuse callers who may not send for the service, and a campaign that was
        cancelled, failed as a whole, or has expired.
        """
        found = await self._find.find(caller, request.campaign_id, ADMINS)
        state = found.status.state if found.status is not None else None
        if state in _OVER:
            raise _wrong_state(request, f"is {state}")
        try:
            campaign = found.campaign()
        except InvalidCampaign as invalid:
            raise _wrong_state(request, f"cannot run ({invalid.message})") from invalid
        now = self._clock.now()
        if campaign.expire_at is not None and campaign.expire_at <= now:
            raise _wrong_state(request, "has expired")
        if state not in _RETRIED:
            return Retried()
        batch_ids = await self._with_failures(campaign.id)
        if not batch_ids:
            return Retried()
        await self._wake_at(campaign.id, now + STALLED_AFTER)
        retried = await self._plan_again.failed(campaign.id, batch_ids)
        if retried.people:
            await self._run.go_on(campaign)
            await self._progress.refresh(campaign.id)
        return retried

    async def _with_failures(self, campaign_id: str) -> list[str]:
        """Return the batches in which somebody failed: one read for each batch."""
        query = Query(paths.campaign_batches(campaign_id), select=("failedBy",))
        return [
            snapshot.id
            async for page in self._store.stream(query)
            for snapshot in page
            if snapshot.fields.get("failedBy")
        ]

    async def _wake_at(self, campaign_id: str, at: datetime) -> None:
        def woken(status: Snapshot) -> Changes | None:
            stored = StoredStatus.read(status.fields)
            is_ended = stored.state is CampaignState.COMPLETED_WITH_ERRORS
            return status_patch(wake_at=at) if is_ended and stored.wake_at != at else None

        await update_under_fence(self._store, paths.campaign_status(campaign_id), woken)


def _wrong_state(request: RetryFailed, stands: str) -> Refused:
    return Refused(
        RefusalKind.FAILED_PRECONDITION,
        CallableReason.WRONG_STATE,
        f"campaignId: the campaign {request.campaign_id!r} {stands}, so nobody can be retried",
        "write a new campaign for them",
    )
