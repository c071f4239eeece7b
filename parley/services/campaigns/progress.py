"""Keep a campaign's status up to date: progress and completion are sums over the ledger.

Each process that works on a campaign rewrites its status at most once a second, and only if
something changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from cachetools import FIFOCache

from parley.domain.campaigns.completion import (
    all_failed_error,
    estimated_end,
    has_failures,
    is_settled,
    rate,
    remaining,
)
from parley.domain.campaigns.curves import drawn_on
from parley.domain.campaigns.lifecycle import Event, Facts, Move, step
from parley.domain.campaigns.results import RESULTS_FOR
from parley.domain.campaigns.waking import STALLED_AFTER, earliest, wait_before
from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict, RetryableError
from parley.services.campaigns.ledger_sums import LedgerSums
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.store import DELETE_FIELD, SERVER_TIME, Snapshot, Store, Update, UpdatedAt
from parley.structured_logging import error_text, get_log
from schema import paths
from schema.campaign_status import status_patch
from schema.ledger import StoredStatus
from schema.patches import UNSET, Patch
from schema.reasons import CampaignState, RecipientState
from schema.recipients import empty_counts

_TICK_SECONDS = 1.0
_REMEMBERED = 1_000
"""How many throttled campaigns keep the time until which they rest."""

_SUMMED = frozenset(
    {
        CampaignState.RUNNING,
        CampaignState.PAUSED,
        CampaignState.CANCELLED,
        CampaignState.COMPLETED,
        CampaignState.COMPLETED_WITH_ERRORS,
    }
)
"""States in which the ledger is complete, or grows no more. Results come after the end too."""

_CODES_AFTER = timedelta(seconds=30)
"""How often the failures of a campaign that runs are counted by the codes of its provider."""

_OPEN = (RecipientState.PLANNED, RecipientState.HELD, RecipientState.SENDING)

_log = get_log(__name__)


class CampaignProgress:
    """Refreshes ``campaignStatus`` while batches are worked on."""

    def __init__(self, *, store: Store, ready: ReadyBatches, clock: Clock) -> None:
        self._store = store
        self._ready = ready
        self._sums = LedgerSums(store=store)
        self._clock = clock
        self._marked: set[str] = set()
        self._rests_until: FIFOCache[str, datetime] = FIFOCache(_REMEMBERED)
        self._codes_counted_at: FIFOCache[str, datetime] = FIFOCache(_REMEMBERED)
        self._woken = asyncio.Event()

    def mark(self, campaign_id: str, *, rests_until: datetime | None = None) -> None:
        """Refresh this campaign at the next tick.

        ``rests_until``: when its throttle lets the next message go; nothing moves before.
        """
        if rests_until is not None:
            self._rests_until[campaign_id] = rests_until
        self._marked.add(campaign_id)
        self._woken.set()

    async def run(self) -> None:
        """Refresh marked campaigns, tick by tick, until cancelled."""
        while True:
            await self._woken.wait()
            await self.refresh_marked()
            await self._clock.sleep(_TICK_SECONDS)

    async def refresh_marked(self) -> None:
        """Refresh marked campaigns; one that fails temporarily stays marked.

        A campaign whose status cannot be written does not block the others.
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

    async def count(self, campaign_id: str, state: RecipientState) -> int:
        """Return how many people of a campaign are in a state, as its ledger says."""
        return (await self._sums.counts(campaign_id))[state]

    async def refresh(self, campaign_id: str) -> CampaignState | None:
        """Sum the ledger into the status; return the campaign's state then.

        Return None if there is no status, or if its state is unknown to this version.
        """
        (snapshot,) = await self._store.get_many([paths.campaign_status(campaign_id)])
        if snapshot is None:
            return None
        status = StoredStatus.read(snapshot.fields)
        if status.state not in _SUMMED:
            return status.state
        counts = await self._sums.counts(campaign_id)
        told = status.counts or empty_counts()
        skipped_by, failed_by = status.skipped_by, status.failed_by
        if counts[RecipientState.SKIPPED] != told[RecipientState.SKIPPED]:
            skipped_by = await self._sums.skipped_by(campaign_id)
        audience_count = status.audience_count
        if audience_count is None or status.state is CampaignState.CANCELLED:
            # Without its audience a campaign would never be complete; one that is cancelled while
            # it is planned has the audience that it had by then.
            audience_count = sum(counts.values())
        now = self._clock.now()
        fallback_at = await self._ready.next_fallback(campaign_id) if status.falls_back else None
        is_open = fallback_at is not None
        final = None if is_open else self._final(status.state, counts, audience_count, now)
        failed = counts[RecipientState.FAILED]
        is_exact = self._tells_codes(campaign_id, status.state, final, now)
        is_behind = is_exact and failed != sum(failed_by.values())
        if failed != told[RecipientState.FAILED] or is_behind:
            failed_by = await self._sums.failed_by(
                campaign_id, failed, status.failed_by, is_exact=is_exact
            )
        wake_at = await self._wake_at(campaign_id, status, final, counts, now, fallback_at)
        is_same = counts == status.counts and final is None and failed_by == status.failed_by
        if is_same and not _wakes_otherwise(status, counts, wake_at):
            return status.state
        error = None
        if final is CampaignState.COMPLETED_WITH_ERRORS and not status.has_error:
            error = await self._error(campaign_id, counts, failed_by)
        left = remaining(counts)
        has_moved = left != remaining(told)
        since = status.updated_at or snapshot.update_time
        per_second = rate(remaining(told) - left, since, now)
        refreshed = status_patch(
            state=final or UNSET,
            audience_count=audience_count,
            counts=counts,
            skipped_by=dict(skipped_by),
            failed_by=dict(failed_by),
            rate=UNSET if status.state.is_final else per_second,
            curve=(
                drawn_on(status.curve, counts, started_at=status.started_at, now=now)
                if has_moved and status.started_at is not None
                else UNSET
            ),
            eta_at=estimated_end(now, left, per_second) or DELETE_FIELD,
            finished_at=SERVER_TIME if final and not status.state.is_final else UNSET,
            updated_at=SERVER_TIME,
            error=error or UNSET,
            wake_at=wake_at or DELETE_FIELD,
            nudges=max(0, status.nudges - 1),
            results_until=now + RESULTS_FOR if has_moved else UNSET,
        )
        await self._write(snapshot, refreshed)
        return final or status.state

    def _tells_codes(
        self, campaign_id: str, state: CampaignState, final: CampaignState | None, now: datetime
    ) -> bool:
        """Return whether providers' codes are counted now: at the end, and before that seldom."""
        if final is not None or state.is_final:
            return True
        counted_at = self._codes_counted_at.get(campaign_id)
        if counted_at is not None and now - counted_at < _CODES_AFTER:
            return False
        self._codes_counted_at[campaign_id] = now
        return True

    def _final(
        self, state: CampaignState, counts: Mapping[str, int], audience_count: int, now: datetime
    ) -> CampaignState | None:
        """Return the state in which the campaign ends now, None if that is not news.

        Later reports may tell that somebody was not reached after all, or was.
        """
        if not is_settled(counts, audience_count):
            return None
        event = Event.REPORTED if state.is_final else Event.SETTLED
        outcome = step(state, event, now, Facts(has_failures=has_failures(counts)))
        return outcome.state if isinstance(outcome, Move) and outcome.state != state else None

    async def _wake_at(
        self,
        campaign_id: str,
        status: StoredStatus,
        final: CampaignState | None,
        counts: Mapping[str, int],
        now: datetime,
        fallback_at: datetime | None,
    ) -> datetime | None:
        """Return when the campaign is looked at again, None for never."""
        if status.state is CampaignState.PAUSED and final is None:
            return status.expire_at
        soon = now + wait_before(max(0, status.nudges - 1))
        if (final or status.state) is not CampaignState.RUNNING:
            has_work = any(counts[state] for state in _OPEN)
            return soon if has_work or await self._ready.has_unnotified(campaign_id) else None
        rests = self._rests_until.get(campaign_id)
        waits: list[datetime | None] = []
        if counts[RecipientState.PLANNED] or counts[RecipientState.SENDING]:
            waits.append(soon if rests is None else max(soon, rests + STALLED_AFTER))
        if counts[RecipientState.HELD]:
            waits.append(await self._ready.next_release(campaign_id))
        if fallback_at is not None:
            # One that is due waits for pushes to end, or was just planned.
            waits.append(fallback_at if fallback_at > now else soon)
        return earliest(*waits, status.expire_at)

    async def _error(
        self, campaign_id: str, counts: Mapping[str, int], failed_by: Mapping[str, int]
    ) -> dict[str, str] | None:
        """Return the status' error if nobody got the message, for one reason."""
        if all_failed_error(counts, failed_by, None) is None:
            return None
        (reason,) = failed_by
        detail = await self._sums.example(campaign_id, reason)
        return all_failed_error(counts, failed_by, detail)

    async def _write(self, snapshot: Snapshot, refreshed: Patch) -> None:
        try:
            await self._store.commit(
                [Update(snapshot.path, refreshed, UpdatedAt(snapshot.update_time))]
            )
        except (Conflict, CommitOutcomeUnknown):
            # Another process was first. The next tick finds out if anything is left to write.
            self.mark(snapshot.id)


def _wakes_otherwise(
    status: StoredStatus, counts: Mapping[str, int], wake_at: datetime | None
) -> bool:
    """Return whether a campaign on which nothing moves must be woken at another time."""
    if status.state is CampaignState.RUNNING:
        # With people planned, each progress moves the time on, and a nudge if there is none.
        return not counts[RecipientState.PLANNED] and status.wake_at != wake_at
    return (status.wake_at is None) != (wake_at is None)
