"""End the work that waits for a dead-lettered queue message.

The people whom the work concerns get a final state with a reason, and the campaign's author is
told. Every change is fenced like the work itself: a batch that another worker finishes meanwhile
stays as it is, and a redriven message finds nothing left to do. All calls are idempotent.
"""

from __future__ import annotations

from collections.abc import Mapping

from parley.domain.campaigns.lifecycle import Event, Move, Refusal, step
from parley.domain.delivery.routing import Exclusion
from parley.domain.ports import Clock
from parley.services.campaigns.begin_campaigns import failed_at_once
from parley.services.campaigns.end_batches import EndBatches
from parley.services.campaigns.fenced_update import update_under_fence
from parley.services.campaigns.freeze_audience import stop_planning
from parley.services.campaigns.ledger_sums import LedgerSums
from parley.services.campaigns.progress import CampaignProgress
from parley.store import DELETE_FIELD, SERVER_TIME, Changes, Snapshot, Store
from parley.store.commit_loop import create_once
from schema import paths
from schema.batches import pushes_patch
from schema.campaign_status import status_patch
from schema.ledger import StoredBatch, StoredStatus, is_push_open
from schema.reasons import (
    CampaignError,
    CampaignState,
    PushOutcome,
    RecipientReason,
    RecipientState,
)

_ERROR_CHARACTERS = 500
"""The most characters of an error that the campaign's author sees."""

_WAY_OUT = "When the cause is mended, send to these people by a new campaign."


class GiveUpCampaigns:
    """Ends the work that waits for dead-lettered messages."""

    def __init__(
        self,
        *,
        store: Store,
        end: EndBatches,
        progress: CampaignProgress,
        clock: Clock,
    ) -> None:
        self._store = store
        self._end = end
        self._progress = progress
        self._sums = LedgerSums(store=store)
        self._clock = clock

    async def campaign(self, campaign_id: str, why: str) -> None:
        """End a campaign whose planning was dead-lettered: failed, or with errors."""
        job, status, plan = await self._store.get_many(
            [
                paths.campaign(campaign_id),
                paths.campaign_status(campaign_id),
                paths.campaign_plan(campaign_id),
            ]
        )
        if status is None:
            if job is not None:
                error = _error("the campaign could not be begun", why)
                await create_once(self._store, [failed_at_once(job, error)])
            return
        state = StoredStatus.read(status.fields).state
        if state is None:
            return
        outcome = step(state, Event.GIVEN_UP, self._clock.now())
        if isinstance(outcome, Refusal):
            return
        fails = isinstance(outcome, Move) and outcome.state is CampaignState.FAILED
        if fails and plan is not None:
            await stop_planning(self._store, plan.path)
        error = _error("the campaign was given up", why)
        await self._end.all(campaign_id, _given_up(why))
        if fails:
            await self._fail(campaign_id, error)
        else:
            await self._report(campaign_id, error)
        self._progress.mark(campaign_id)

    async def batch(self, campaign_id: str, batch_id: str, why: str) -> None:
        """Fail everybody in the batch who is still planned; notify those who have a message."""
        stored = await self._end.one(campaign_id, batch_id, _given_up(why))
        entries = stored.failed() if stored is not None else []
        failed = sum(entry.get("reason") == RecipientReason.GIVEN_UP for entry in entries)
        if failed:
            people = "1 person" if failed == 1 else f"{failed} people"
            await self._report(campaign_id, _error(f"a batch of {people} was given up", why))
        self._progress.mark(campaign_id)

    async def pushes(self, campaign_id: str, batch_id: str) -> None:
        """Settle the batch's open pushes: failed, or unconfirmed if a worker had claimed them."""

        def settled(held: Snapshot) -> Changes | None:
            batch = StoredBatch.read(held.fields, self._clock.now())
            if batch.state != "sent":
                return None
            outcome = PushOutcome.UNCONFIRMED if batch.is_push_claimed else PushOutcome.FAILED
            outcomes = {
                uid: outcome for uid, entry in batch.recipients.items() if is_push_open(entry)
            }
            return pushes_patch(outcomes, is_done=True, at=SERVER_TIME, delete_field=DELETE_FIELD)

        path = paths.campaign_batch(campaign_id, batch_id)
        await update_under_fence(self._store, path, settled)

    async def _fail(self, campaign_id: str, error: Mapping[str, str]) -> None:
        """Fail a campaign that never ran; its counts are the ledger's."""
        counts = await self._sums.counts(campaign_id)
        skipped_by = await self._sums.skipped_by(campaign_id)
        failed_by = await self._sums.failed_by(
            campaign_id, counts[RecipientState.FAILED], {}, is_exact=True
        )

        def failed(held: Snapshot) -> Changes | None:
            state = StoredStatus.read(held.fields).state
            outcome = step(state, Event.GIVEN_UP, self._clock.now()) if state else None
            if outcome is None or isinstance(outcome, Refusal):
                return None
            if not isinstance(outcome, Move):
                # The planner finished just before it was stopped, so the campaign runs.
                return status_patch(error=error, updated_at=SERVER_TIME)
            return status_patch(
                state=outcome.state,
                audience_count=sum(counts.values()),
                counts=counts,
                skipped_by=skipped_by,
                failed_by=failed_by,
                finished_at=SERVER_TIME,
                updated_at=SERVER_TIME,
                error=error,
            )

        await update_under_fence(self._store, paths.campaign_status(campaign_id), failed)

    async def _report(self, campaign_id: str, error: Mapping[str, str]) -> None:
        """Report an error to the campaign's author; the first one stays."""

        def reported(held: Snapshot) -> Changes | None:
            if StoredStatus.read(held.fields).has_error:
                return None
            return status_patch(error=error, updated_at=SERVER_TIME)

        await update_under_fence(self._store, paths.campaign_status(campaign_id), reported)


def _given_up(why: str) -> Exclusion:
    return Exclusion(RecipientState.FAILED, RecipientReason.GIVEN_UP, why)


def _error(what: str, why: str) -> dict[str, str]:
    message = f"{what}: {why[:_ERROR_CHARACTERS].rstrip('.')}. {_WAY_OUT}"
    return {"code": str(CampaignError.GIVEN_UP), "message": message}
