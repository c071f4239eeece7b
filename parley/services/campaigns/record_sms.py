"""Carry the results of campaigns' SMS into the ledger: one write for each batch that changes.

Three ways lead here. The process that delivers an SMS notes its job, and those of a second are
recorded together. Reports that come later are found by a query (``CollectResults``). And a campaign
that stalls has the SMS of its oldest batches looked at, and published again if no worker has them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from parley.domain.campaigns.sms_results import SmsResult, moved_people, read_result
from parley.domain.delivery.sms import sms_job_path
from parley.domain.ports import Clock, Publisher
from parley.errors import CommitOutcomeUnknown, Conflict, RetryableError, StoreRejected
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.store import (
    DELETE_FIELD,
    SERVER_TIME,
    FieldPath,
    Increment,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from parley.structured_logging import error_text, get_log
from schema import ids, paths
from schema.batches import results_patch
from schema.events import SmsQueued
from schema.ledger import StoredBatch

FIELDS_OF_RESULTS: tuple[FieldPath, ...] = ("serviceId", "campaign", "delivery")

_TICK_SECONDS = 1.0
_READ_AT_ONCE = 1_000
_HEALED_AT_ONCE = 20
"""Batches of a stalled campaign that are looked at in one go, up to 2,000 SMS."""

_log = get_log(__name__)


@dataclass(slots=True)
class RecordedSms:
    """``batches`` counts those that changed; ``later`` are the jobs to look at again."""

    batches: int = 0
    later: list[Snapshot] = field(default_factory=list)


class RecordSmsResults:
    """Moves recipients forward by their SMS jobs. Idempotent; several processes may do so."""

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
        self._clock = clock
        self._noted: set[str] = set()
        self._woken = asyncio.Event()

    def note(self, job_id: str) -> None:
        """Record the result of this SMS job at the next tick; no-op if it is no campaign's."""
        if ids.is_campaign_sms_job(job_id):
            self._noted.add(sms_job_path(job_id))
            self._woken.set()

    async def run(self) -> None:
        """Record noted jobs, tick by tick, until cancelled."""
        while True:
            await self._woken.wait()
            await self.record_noted()
            await self._clock.sleep(_TICK_SECONDS)

    async def record_noted(self) -> int:
        """Record the jobs that were noted; return the number of batches that changed.

        What cannot be recorded now stays noted.
        """
        self._woken.clear()
        noted, self._noted = sorted(self._noted), set()
        count = 0
        for first in range(0, len(noted), _READ_AT_ONCE):
            some = noted[first : first + _READ_AT_ONCE]
            try:
                found = await self._store.get_many(some, select=FIELDS_OF_RESULTS)
                recorded = await self.record([job for job in found if job is not None])
            except (RetryableError, Conflict) as error:
                _log.bind(error=error_text(error)).warning("sms.notRecorded")
                self._note_again(some)
                continue
            self._note_again([job.path for job in recorded.later])
            count += recorded.batches
        return count

    async def record(self, jobs: Sequence[Snapshot]) -> RecordedSms:
        """Record what these jobs say, as they were read."""
        batches: dict[str, dict[str, Snapshot]] = defaultdict(dict)
        for job in jobs:
            result = read_result(job.fields, self._clock.now())
            if result is not None:
                campaign_id = paths.campaign_of_batch(job.path)
                path = paths.campaign_batch(campaign_id, result.place.batch_id)
                batches[path][job.id] = job
        recorded = RecordedSms()
        for path, people in batches.items():
            await self._record(path, people, recorded)
        return recorded

    async def heal(self, campaign_id: str) -> int:
        """Look at the SMS that have been on their way for the longest time.

        Record those with a result, and publish those that no worker has; return how many.
        """
        lost: list[SmsQueued] = []
        for found in await self._ready.sending(campaign_id, _HEALED_AT_ONCE):
            batch = StoredBatch.read(found.fields, found.update_time)
            uids = batch.sending()
            held = await self._store.get_many(
                [paths.campaign_sms(campaign_id, uid) for uid in uids], select=FIELDS_OF_RESULTS
            )
            jobs = [job for job in held if job is not None]
            await self.record(jobs)
            for job in jobs:
                result = read_result(job.fields, self._clock.now())
                if result is not None and result.is_idle:
                    job_id = ids.campaign_sms_job_id(campaign_id, job.id)
                    lost.append(SmsQueued(job_id=job_id, service_id=batch.service_id))
        if lost:
            await self._publisher.publish(lost)
        return len(lost)

    async def _record(
        self, path: str, people: Mapping[str, Snapshot], recorded: RecordedSms
    ) -> None:
        """Commit the new entries of one batch."""
        now = self._clock.now()
        results = _results(people, now)
        is_pushing, has_changed = False, False

        async def decide() -> Sequence[Write]:
            nonlocal is_pushing, has_changed
            (found,) = await self._store.get_many([path])
            batch = None if found is None else StoredBatch.read(found.fields, now)
            has_changed = False
            if found is None or batch is None:
                return ()
            moved = moved_people(batch, results)
            # A change would cost the worker that pushes its fence, and with it the outcomes.
            is_pushing = batch.is_pushing and bool(moved)
            if is_pushing or not moved:
                return ()
            has_changed = True
            patch = results_patch(
                batch.recipients,
                moved,
                attempt=Increment(1),
                at=SERVER_TIME,
                delete_field=DELETE_FIELD,
            )
            return [Update(path, patch, UpdatedAt(found.update_time))]

        try:
            await commit_with_retry(self._store, decide, what=path)
        except (Conflict, CommitOutcomeUnknown):
            is_pushing = True
        except StoreRejected as rejection:
            _log.bind(path=path, error=error_text(rejection)).warning("sms.resultRejected")
        if is_pushing:
            recorded.later += people.values()
        elif has_changed:
            recorded.batches += 1
        self._progress.mark(paths.campaign_of_batch(path))

    def _note_again(self, noted: Sequence[str]) -> None:
        if noted:
            self._noted.update(noted)
            self._woken.set()


def _results(people: Mapping[str, Snapshot], now: datetime) -> dict[str, SmsResult]:
    results = {uid: read_result(job.fields, now) for uid, job in people.items()}
    return {uid: result for uid, result in results.items() if result is not None}
