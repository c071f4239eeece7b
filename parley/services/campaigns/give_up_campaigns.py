"""What becomes of a campaign when a queue message of it is parked: nothing goes on waiting for it.

Whoever was to be written to or notified by that message ends in a final state with a reason, and
the campaign's author is told. Every change is fenced as the work itself is: a batch that somebody
else finishes meanwhile stays as they left it, and a parked message that is sent again finds that
nothing is left to do. Each of these may be repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from parley.domain.campaigns.batch import Refusal, refused_recipient
from parley.domain.ports import Clock, Publisher
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.services.campaigns.begin_campaigns import failed_at_once
from parley.services.campaigns.ledger_sums import LedgerSums
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.store import DELETE_FIELD, SERVER_TIME, Increment, Snapshot, Store, Update, UpdatedAt
from schema import changes, paths
from schema.campaign_status import tally
from schema.events import CampaignBatchSent
from schema.ledger import StoredBatch, StoredStatus
from schema.reasons import (
    CampaignError,
    CampaignState,
    PushOutcome,
    RecipientReason,
    RecipientState,
)

_TRIES = 8
_AT_ONCE = 8
_WHY = 500
"""Characters of an error that its author is shown."""

_WAY_OUT = "When the cause is mended, send to these people by a new campaign."


class GiveUpCampaigns:
    """Ends what waits for work that was given up."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        ready: ReadyBatches,
        progress: CampaignProgress,
        clock: Clock,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._ready = ready
        self._progress = progress
        self._sums = LedgerSums(store=store)
        self._clock = clock

    async def campaign(self, campaign_id: str, why: str) -> None:
        """The campaign is planned and published no further: it fails, or ends with errors."""
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
                await self._commit_once(failed_at_once(job, error))
            return
        state = StoredStatus.read(status.fields).state
        if state not in (CampaignState.PLANNING, CampaignState.RUNNING):
            return
        if state is CampaignState.PLANNING:
            await self._stop_planning(plan)
        error = _error("the campaign was given up", why)
        await self._end_batches(campaign_id, why)
        if state is CampaignState.PLANNING:
            await self._fail(campaign_id, error)
        else:
            await self._tell(campaign_id, error)
        self._progress.mark(campaign_id)

    async def batch(self, campaign_id: str, batch_id: str, why: str) -> None:
        """Those of the batch who are still planned fail; those who have a message are notified."""
        failed = await self._end_batch(campaign_id, batch_id, why)
        if failed:
            people = "1 person" if failed == 1 else f"{failed} people"
            await self._tell(campaign_id, _error(f"a batch of {people} was given up", why))
        self._progress.mark(campaign_id)

    async def pushes(self, campaign_id: str, batch_id: str) -> None:
        """The pushes of the batch that have no outcome failed, or are in doubt; it is done."""
        path = paths.campaign_batch(campaign_id, batch_id)

        def settled(held: Snapshot) -> Mapping[Any, Any] | None:
            batch = StoredBatch.read(held.fields, self._clock.now())
            if batch.state != "sent":
                return None
            is_claimed = held.fields.get("pushClaimedAt") is not None
            outcome = PushOutcome.UNCONFIRMED if is_claimed else PushOutcome.FAILED
            outcomes = {
                uid: outcome
                for uid, entry in batch.recipients.items()
                if entry["state"] == RecipientState.SENT and entry.get("push") is None
            }
            return changes.batch_notified(
                outcomes=outcomes, is_done=True, at=SERVER_TIME, delete_field=DELETE_FIELD
            )

        await self._change(path, settled)

    async def _end_batches(self, campaign_id: str, why: str) -> None:
        batch_ids = await self._ready.planned(campaign_id)
        for first in range(0, len(batch_ids), _AT_ONCE):
            some = batch_ids[first : first + _AT_ONCE]
            await asyncio.gather(*(self._end_batch(campaign_id, one, why) for one in some))

    async def _end_batch(self, campaign_id: str, batch_id: str, why: str) -> int:
        """How many people of it were given up; none where it was written, or does not exist."""
        path = paths.campaign_batch(campaign_id, batch_id)
        stands: StoredBatch | None = None

        def ended(held: Snapshot) -> Mapping[Any, Any] | None:
            nonlocal stands
            now = self._clock.now()
            stands = StoredBatch.read(held.fields, now)
            if stands.state != "planned":
                return None
            given_up = refused_recipient(
                Refusal(RecipientState.FAILED, RecipientReason.GIVEN_UP, why), now
            )
            recipients = stands.recipients | dict.fromkeys(stands.planned, given_up)
            stands = replace(stands, recipients=recipients)
            return changes.batch_sent(
                state="sent" if stands.has_sent() else "done",
                recipients=recipients,
                attempt=Increment(1),
                at=SERVER_TIME,
                **tally(recipients),
            )

        await self._change(path, ended)
        if stands is None:
            return 0
        if stands.state != "done" and stands.has_sent():
            # Also of a batch that was written before: the message that is parked was to do it.
            await self._publisher.publish(
                [
                    CampaignBatchSent(
                        campaign_id=campaign_id, batch_id=batch_id, service_id=stands.service_id
                    )
                ]
            )
        return sum(entry.get("reason") == RecipientReason.GIVEN_UP for entry in stands.failed())

    async def _stop_planning(self, plan: Snapshot | None) -> None:
        """Fence out a planner that may still be at it; its next page fails."""
        if plan is None:
            return

        def stopped(held: Snapshot) -> Mapping[Any, Any] | None:
            if held.fields.get("state") == "givenUp":
                return None
            return changes.plan_given_up(epoch=Increment(1), at=SERVER_TIME)

        await self._change(plan.path, stopped)

    async def _fail(self, campaign_id: str, error: Mapping[str, str]) -> None:
        """A campaign that never ran has failed; its counts are those of the ledger."""
        counts = await self._sums.counts(campaign_id)
        ended = changes.status_changed(
            state=str(CampaignState.FAILED),
            audience_count=sum(counts.values()),
            counts=counts,
            skipped_by=await self._sums.skipped_by(campaign_id),
            failed_by=await self._sums.failed_by(campaign_id),
            finished_at=SERVER_TIME,
            updated_at=SERVER_TIME,
            error=dict(error),
        )

        def failed(held: Snapshot) -> Mapping[Any, Any] | None:
            match StoredStatus.read(held.fields).state:
                case CampaignState.PLANNING:
                    return ended
                case CampaignState.RUNNING:
                    # A planner finished just before it was stopped.
                    return changes.status_changed(error=dict(error), updated_at=SERVER_TIME)
                case _:
                    return None

        await self._change(paths.campaign_status(campaign_id), failed)

    async def _tell(self, campaign_id: str, error: Mapping[str, str]) -> None:
        """Tell the campaign's author; the first error that was told stays."""

        def told(held: Snapshot) -> Mapping[Any, Any] | None:
            if StoredStatus.read(held.fields).has_error:
                return None
            return changes.status_changed(error=dict(error), updated_at=SERVER_TIME)

        await self._change(paths.campaign_status(campaign_id), told)

    async def _change(
        self, path: str, change: Callable[[Snapshot], Mapping[Any, Any] | None]
    ) -> None:
        """Change a document that is there, deciding anew whenever others were first."""
        for _ in range(_TRIES):
            (held,) = await self._store.get_many([path])
            wanted = change(held) if held is not None else None
            if held is None or wanted is None:
                return
            try:
                await self._store.commit([Update(path, wanted, UpdatedAt(held.update_time))])
            except (Conflict, CommitOutcomeUnknown):
                continue
            return
        raise Conflict(f"{path} is being changed by others")

    async def _commit_once(self, write: Any) -> None:
        try:
            await self._store.commit([write])
        except (Conflict, CommitOutcomeUnknown):
            return


def _error(what: str, why: str) -> dict[str, str]:
    message = f"{what}: {why[:_WHY].rstrip('.')}. {_WAY_OUT}"
    return {"code": str(CampaignError.GIVEN_UP), "message": message}
