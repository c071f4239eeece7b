"""Progress and completion, both sums over the ledger: never a counter, never a hope.

The status is rewritten at most once a second and campaign by each process that works on it, and
not at all while nothing changes.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from parley.domain.campaigns import completion, estimated_end, remaining
from parley.domain.errors import CommitOutcomeUnknown, Conflict, RetryableError
from parley.domain.ports import SERVER_TIME, Clock, Query, Snapshot, Store, Sum, Update, UpdatedAt
from schema import changes, paths
from schema.campaign_status import CampaignStatus
from schema.reasons import CampaignState, RecipientReason, RecipientState

_TICK_SECONDS = 1.0
_SUMS = 5
"""Sums that one aggregation query takes."""


class CampaignProgress:
    """Keeps ``campaignStatus`` true while batches are worked on."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
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
        """Refresh what was marked so far; what fails stays marked."""
        self._woken.clear()
        marked, self._marked = self._marked, set()
        for campaign_id in marked:
            try:
                await self.refresh(campaign_id)
            except (RetryableError, Conflict):
                self.mark(campaign_id)

    async def refresh(self, campaign_id: str) -> CampaignState | None:
        """Sum the ledger into the status; the state it is in then, None without a status."""
        (snapshot,) = await self._store.get_many([paths.campaign_status(campaign_id)])
        if snapshot is None:
            return None
        status = CampaignStatus.parse(snapshot.fields)
        if status.state is not CampaignState.RUNNING:
            return status.state
        counts = await self._sum(
            campaign_id, "counts", [str(state) for state in RecipientState], at_once=_SUMS
        )
        skipped_by, failed_by = status.skipped_by, status.failed_by
        if counts[RecipientState.SKIPPED] != status.counts.skipped:
            skipped_by = await self._reasons(campaign_id, "skippedBy")
        if counts[RecipientState.FAILED] != status.counts.failed:
            failed_by = await self._reasons(campaign_id, "failedBy")
        final = completion(counts, status.audience_count)
        if counts == status.counts.model_dump() and final is None:
            return status.state
        await self._write(snapshot, status, counts, skipped_by, failed_by, final)
        return final or status.state

    async def _write(
        self,
        snapshot: Snapshot,
        status: CampaignStatus,
        counts: dict[str, int],
        skipped_by: dict[str, int],
        failed_by: dict[str, int],
        final: CampaignState | None,
    ) -> None:
        now = self._clock.now()
        left = remaining(counts)
        rate = _rate(status, left, now)
        written = changes.status_changed(
            state=str(final) if final else None,
            counts=counts,
            skipped_by=skipped_by,
            failed_by=failed_by,
            rate=rate,
            eta_at=estimated_end(now, left, rate),
            finished_at=SERVER_TIME if final else None,
            updated_at=SERVER_TIME,
        )
        try:
            await self._store.commit(
                [Update(snapshot.path, written, UpdatedAt(snapshot.update_time))]
            )
        except (Conflict, CommitOutcomeUnknown):
            # Another process told the same; a later tick finds out whether anything is left to say.
            self.mark(snapshot.id)

    async def _reasons(self, campaign_id: str, field: str) -> dict[str, int]:
        """How many for each reason of the closed list.

        One sum a query: an aggregation leaves out documents that lack one of its fields
        (https://firebase.google.com/docs/firestore/query-data/aggregation-queries), and few
        batches have every reason.
        """
        reasons = [str(reason) for reason in RecipientReason]
        sums = await self._sum(campaign_id, field, reasons, at_once=1)
        return {reason: count for reason, count in sums.items() if count}

    async def _sum(
        self, campaign_id: str, field: str, names: list[str], *, at_once: int
    ) -> dict[str, int]:
        query = Query(paths.campaign_batches(campaign_id))
        chunks = [names[start : start + at_once] for start in range(0, len(names), at_once)]
        answers = await asyncio.gather(
            *(
                self._store.aggregate(query, {name: Sum((field, name)) for name in chunk})
                for chunk in chunks
            )
        )
        return {name: int(value) for answer in answers for name, value in answer.items()}


def _rate(status: CampaignStatus, left: int, now: datetime) -> float:
    """Recipients a second since the status was told last."""
    done = remaining(status.counts.model_dump()) - left
    seconds = (now - status.updated_at).total_seconds()
    return round(done / seconds, 2) if seconds > 0 and done > 0 else 0.0
