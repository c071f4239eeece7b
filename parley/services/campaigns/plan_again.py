"""Plan people of a campaign once more: those whose hours have come, and those who failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from parley.domain.campaigns.fallbacks import fallen_back
from parley.domain.campaigns.retrying import failed_again
from parley.domain.ports import Clock
from parley.services.campaigns.fenced_update import update_under_fence
from parley.store import DELETE_FIELD, SERVER_TIME, Changes, Increment, Snapshot, Store
from schema import paths
from schema.batches import recipients_patch
from schema.campaigns import CampaignChannel
from schema.ledger import StoredBatch
from schema.reasons import RecipientState
from schema.recipients import again, recipient_fields


@dataclass(frozen=True, slots=True)
class Retried:
    """How many people got another attempt.

    ``waiting``: how many who failed get none yet, because pushes of their batch are still open.
    """

    people: int = 0
    waiting: int = 0

    def __add__(self, other: Retried) -> Retried:
        """Return the sums of both."""
        return Retried(self.people + other.people, self.waiting + other.waiting)


class PlanAgain:
    """Puts people of batches that were sent back to planned.

    Batches whose pushes are still open are left for later, so that two claims never meet.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def held(self, campaign_id: str, batch_ids: Sequence[str]) -> int:
        """Plan the people of these batches whose hours have come; return how many batches wait."""
        waiting = 0
        for batch_id in batch_ids:
            batch = await self._plan(campaign_id, batch_id, _release)
            waiting += batch is not None and batch.state == "sent"
        return waiting

    async def fallen_back(
        self, campaign_id: str, batch_ids: Sequence[str], channel: CampaignChannel
    ) -> int:
        """Plan the people of these batches whom the first channel did not reach in time.

        Return how many batches wait.
        """

        def entries(batch: StoredBatch, now: datetime) -> dict[str, dict[str, object]]:
            return fallen_back(batch, channel, now)

        waiting = 0
        for batch_id in batch_ids:
            batch = await self._plan(campaign_id, batch_id, entries)
            waiting += batch is not None and batch.state == "sent"
        return waiting

    async def failed(self, campaign_id: str, batch_ids: Sequence[str]) -> Retried:
        """Plan the people of these batches who failed; return how many this call planned."""
        retried = Retried()
        for batch_id in batch_ids:
            retried += await self._retry(campaign_id, batch_id)
        return retried

    async def _retry(self, campaign_id: str, batch_id: str) -> Retried:
        chosen: dict[str, dict[str, object]] = {}
        waiting = 0

        def planned(held: Snapshot) -> Changes | None:
            nonlocal chosen, waiting
            now = self._clock.now()
            batch = StoredBatch.read(held.fields, now)
            again = failed_again(batch.recipients, now)
            waiting = len(again) if batch.state == "sent" else 0
            if not again or waiting:
                # After a lost answer they are as this call left them; another call's are not ours.
                chosen = {u: one for u, one in chosen.items() if batch.recipients.get(u) == one}
                return None
            chosen = again
            return _planned_patch(batch, again)

        await update_under_fence(self._store, paths.campaign_batch(campaign_id, batch_id), planned)
        return Retried(len(chosen), waiting)

    async def _plan(self, campaign_id: str, batch_id: str, entries: _Entries) -> StoredBatch | None:
        """Return the batch as it was, None if it does not exist or nobody in it is planned so."""
        before: StoredBatch | None = None

        def planned(held: Snapshot) -> Changes | None:
            nonlocal before
            now = self._clock.now()
            batch = StoredBatch.read(held.fields, now)
            changed = entries(batch, now)
            before = batch if changed else None
            if not changed or batch.state == "sent":
                return None
            return _planned_patch(batch, changed)

        await update_under_fence(self._store, paths.campaign_batch(campaign_id, batch_id), planned)
        return before


_Entries = Callable[[StoredBatch, datetime], dict[str, dict[str, object]]]
"""Return the new entries of the people to plan again."""


def _release(batch: StoredBatch, now: datetime) -> dict[str, dict[str, object]]:
    planned = recipient_fields(state=RecipientState.PLANNED, at=now)
    return {uid: again(batch.recipients[uid], planned) for uid in batch.held(by=now)}


def _planned_patch(batch: StoredBatch, changed: dict[str, dict[str, object]]) -> Changes:
    return recipients_patch(
        batch.recipients | changed,
        state="planned",
        attempt=Increment(1),
        at=SERVER_TIME,
        delete_field=DELETE_FIELD,
    )
