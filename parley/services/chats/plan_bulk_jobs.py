"""Freeze which cases a bulk job changes: one commit of all its parts under the job's fence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from parley.domain.chats.inbox_views import inbox_view
from parley.domain.ports import Clock
from parley.errors import PermanentError
from parley.services.chats.matching_cases import MatchingCases
from parley.store import DELETE_FIELD, SERVER_TIME, Set, Store, Update, UpdatedAt, Write
from parley.store.commit_loop import commit_with_retry
from schema import limits, paths
from schema.bulk_jobs import BulkJob, BulkPart, bulk_job_patch, bulk_part_fields

LOOKED_AFTER = timedelta(seconds=60)
"""How long after its last part upkeep takes a job for one that nobody works on."""


class JobEnded(Exception):
    """The job cannot go on; a code and a sentence for its author."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class PlanBulkJobs:
    """Plans jobs; one that another worker has planned meanwhile stays as it is."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._cases = MatchingCases(store=store)
        self._clock = clock

    async def plan(self, service_id: str, job_id: str) -> None:
        """Freeze the cases in one commit; a job outraced by another worker is read again."""

        async def decide() -> list[Write]:
            (found,) = await self._store.get_many([paths.bulk_job(service_id, job_id)])
            job = None if found is None else BulkJob.parse(found.fields)
            if found is None or job is None or job.state != "planning":
                return []
            chat_ids = await self._selected(service_id, job)
            parts = [
                chat_ids[first : first + limits.BULK_PART]
                for first in range(0, len(chat_ids), limits.BULK_PART)
            ]
            now = self._clock.now()
            patch = bulk_job_patch(
                state="running" if parts else "completed",
                total=len(chat_ids),
                parts=len(parts),
                due_at=now + LOOKED_AFTER if parts else DELETE_FIELD,
                updated_at=SERVER_TIME,
            )
            if not parts:
                patch |= bulk_job_patch(finished_at=SERVER_TIME)
            return [
                Update(found.path, patch, UpdatedAt(found.update_time)),
                *(
                    Set(
                        paths.bulk_part(service_id, job_id, number), bulk_part_fields(chat_ids=part)
                    )
                    for number, part in enumerate(parts)
                ),
            ]

        await commit_with_retry(self._store, decide, what=f"bulk job {job_id}")

    async def _selected(self, service_id: str, job: BulkJob) -> list[str]:
        spared = set(job.selection.except_chat_ids or ()) if job.selection else set()
        found: dict[str, None] = {}
        async for chat_id in self._candidates(service_id, job):
            if chat_id in spared:
                continue
            found[chat_id] = None
            if len(found) > limits.BULK_CASES:
                raise JobEnded(
                    "tooMany",
                    f"more than {limits.BULK_CASES} cases match; narrow the selection",
                )
        return list(found)

    async def _candidates(self, service_id: str, job: BulkJob) -> AsyncIterator[str]:
        selection = job.selection
        if job.undo_of is not None:
            undone = await self.read(service_id, job.undo_of)
            numbers = range(0 if undone is None else undone.parts or 0)
            parts = [paths.bulk_part(service_id, job.undo_of, number) for number in numbers]
            for found in await self._store.get_many(parts):
                for chat_id in [] if found is None else BulkPart.parse(found.fields).chat_ids:
                    yield chat_id
        elif selection is None:
            raise PermanentError("a bulk job has neither a selection nor a job to undo")
        elif selection.chat_ids is not None:
            for chat_id in selection.chat_ids:
                yield chat_id
        else:
            view = inbox_view(
                selection.view or selection.state or "all", selection.assignee_id or job.created_by
            )
            if selection.where is None:
                matching = self._cases.of_view(service_id, view)
            else:
                matching = self._cases.of_people(service_id, selection.where, view)
            async for chat_id in matching:
                yield chat_id

    async def read(self, service_id: str, job_id: str) -> BulkJob | None:
        """Return a job as it stands."""
        (found,) = await self._store.get_many([paths.bulk_job(service_id, job_id)])
        return None if found is None else BulkJob.parse(found.fields)
