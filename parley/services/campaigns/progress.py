"""Progress and completion, both sums over the ledger: never a counter, never a hope.

The status is rewritten at most once a second and campaign by each process that works on it, and
not at all while nothing changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from parley.domain.campaigns.job import completion, estimated_end, remaining, unreached
from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict, RetryableError
from parley.services.campaigns.ledger_sums import LedgerSums
from parley.store import DELETE_FIELD, SERVER_TIME, Snapshot, Store, Update, UpdatedAt
from parley.structured_logging import error_text, get_log
from schema import changes, paths
from schema.campaign_status import empty_counts
from schema.ledger import StoredStatus
from schema.reasons import CampaignState, RecipientState

_TICK_SECONDS = 1.0

_log = get_log(__name__)


class CampaignProgress:
    """Keeps ``campaignStatus`` true while batches are worked on."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._sums = LedgerSums(store=store)
        self._clock = clock
        self._marked: set[str] = set()
        self._woken = asyncio.Event()

    def mark(self, campaign_id: str) -> None:
        """Something of this campaign changed; the next tick looks at it."""
        self._marked.add(campaign_id)
        self._woken.set()

    async def run(self) -> None:
        """Refresh what was marked, tick by tick, until cancelled."""
        while True:
            await self._woken.wait()
            await self.refresh_marked()
            await self._clock.sleep(_TICK_SECONDS)

    async def refresh_marked(self) -> None:
        """Refresh what was marked so far; what fails for the moment stays marked.

        One campaign whose status cannot be written holds up no other.
        """
        self._woken.clear()
        marked, self._marked = self._marked, set()
        for campaign_id in marked:
            try:
                await self.refresh(campaign_id)
            except (RetryableError, Conflict):
                self.mark(campaign_id)
            except Exception as error:
                log = _log.bind(campaignId=campaign_id, error=error_text(error))
                log.error("campaign.notRefreshed", trace=error)

    async def refresh(self, campaign_id: str) -> CampaignState | None:
        """Sum the ledger into the status; the state it is in then.

        None without a status, or with a state that this version does not know.
        """
        (snapshot,) = await self._store.get_many([paths.campaign_status(campaign_id)])
        if snapshot is None:
            return None
        status = StoredStatus.read(snapshot.fields)
        if status.state is not CampaignState.RUNNING:
            return status.state
        counts = await self._sums.counts(campaign_id)
        told = status.counts or empty_counts()
        skipped_by, failed_by = status.skipped_by, status.failed_by
        if counts[RecipientState.SKIPPED] != told[RecipientState.SKIPPED]:
            skipped_by = await self._sums.skipped_by(campaign_id)
        if counts[RecipientState.FAILED] != told[RecipientState.FAILED]:
            failed_by = await self._sums.failed_by(campaign_id)
        audience_count = status.audience_count
        if audience_count is None:
            # A status that lost its audience would never be complete.
            audience_count = sum(counts.values())
        final = completion(counts, audience_count)
        if counts == status.counts and final is None:
            return status.state
        error = None
        if final is CampaignState.COMPLETED_WITH_ERRORS and not status.has_error:
            error = await self._error(campaign_id, counts, failed_by)
        left = remaining(counts)
        now = self._clock.now()
        rate = _rate(remaining(told) - left, snapshot.update_time, now)
        written = changes.status_changed(
            state=str(final) if final else None,
            audience_count=audience_count,
            counts=counts,
            skipped_by=dict(skipped_by),
            failed_by=dict(failed_by),
            rate=rate,
            eta_at=estimated_end(now, left, rate) or DELETE_FIELD,
            finished_at=SERVER_TIME if final else None,
            updated_at=SERVER_TIME,
            error=error,
        )
        await self._write(snapshot, written)
        return final or status.state

    async def _error(
        self, campaign_id: str, counts: Mapping[str, int], failed_by: Mapping[str, int]
    ) -> dict[str, str] | None:
        """What the author is told where one reason kept the message from everybody."""
        if unreached(counts, failed_by, None) is None:
            return None
        (reason,) = failed_by
        return unreached(counts, failed_by, await self._sums.example(campaign_id, reason))

    async def _write(self, snapshot: Snapshot, written: changes.Changes) -> None:
        try:
            await self._store.commit(
                [Update(snapshot.path, written, UpdatedAt(snapshot.update_time))]
            )
        except (Conflict, CommitOutcomeUnknown):
            # Another process told the same; a later tick finds out whether anything is left to say.
            self.mark(snapshot.id)


def _rate(done: int, told_at: datetime, now: datetime) -> float:
    """Recipients a second since the status was told last."""
    seconds = (now - told_at).total_seconds()
    return round(done / seconds, 2) if seconds > 0 and done > 0 else 0.0
