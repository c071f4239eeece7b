"""``updateCases``, ``undoBulkJob`` and ``cancelBulkJob``: begin and end jobs on many cases."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from weakref import WeakValueDictionary

from parley.domain.access import (
    AGENTS,
    Caller,
    RefusalKind,
    Refused,
    not_found,
    require_assignable,
    require_staff,
)
from parley.domain.chats.asked_filters import read_where
from parley.domain.chats.bulk_changes import stored_changes
from parley.domain.inbox_requests import (
    UNDO,
    CancelBulkJob,
    CasesToChange,
    UndoBulkJob,
    UpdateCases,
)
from parley.domain.ports import Clock, IdFactory, Publisher
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    Query,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Where,
    Write,
)
from parley.store.commit_loop import commit_with_retry, create_once
from schema import limits, paths
from schema.bulk_jobs import (
    BulkJob,
    bulk_job_fields,
    bulk_job_patch,
    bulk_selection_fields,
)
from schema.events import BulkQueued
from schema.reasons import CallableReason

_FOUND_AFTER = timedelta(seconds=15)
"""When upkeep looks after a job whose message was lost."""


class StartBulkJobs:
    """A call writes the job, and workers do the rest. Idempotent by the job's id."""

    def __init__(
        self, store: Store, publisher: Publisher, new_ids: IdFactory, clock: Clock
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._ids = new_ids
        self._clock = clock
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """By service, so that calls at once count its jobs one after another."""

    async def start(self, *, caller: Caller, request: UpdateCases) -> str:
        """Begin a job for the service's agents; return its id."""
        service_id = request.service_id
        await self._require_agent(caller, service_id)
        assignee = request.changes.assignee_id
        if assignee is not None:
            (staff,) = await self._store.get_many([paths.staff(service_id, assignee)])
            require_assignable(service_id, staff, field="changes.assigneeId")
        job_id = request.job_id or self._ids.new_id()
        path = paths.bulk_job(service_id, job_id)
        fields = bulk_job_fields(
            created_by=caller.id,
            created_at=SERVER_TIME,
            due_at=self._clock.now() + _FOUND_AFTER,
            selection=_selection(request.cases, caller),
            changes=stored_changes(request.changes.named()),
        )
        async with self._lanes.setdefault(service_id, asyncio.Lock()):
            (known,) = await self._store.get_many([path], select=())
            if known is None:
                await self._require_room(service_id)
            await create_once(self._store, [Set(path, fields, MUST_NOT_EXIST)])
        await self._publish(service_id, job_id)
        return job_id

    async def undo(self, *, caller: Caller, request: UndoBulkJob) -> str:
        """Begin the job that takes another one back; the same one if it was begun before."""
        service_id = request.service_id
        await self._require_agent(caller, service_id)
        undo_id = f"{UNDO}{request.job_id}"

        async def decide() -> list[Write]:
            found, job = await self._job(service_id, request.job_id)
            if job.undone_by is not None:
                return []
            if job.state not in ("completed", "cancelled", "failed") or job.undo_of is not None:
                raise _wrong_state(job, "only a job that has ended, and took none back")
            return [
                Update(
                    found.path,
                    bulk_job_patch(undone_by=undo_id, updated_at=SERVER_TIME),
                    UpdatedAt(found.update_time),
                ),
                Set(
                    paths.bulk_job(service_id, undo_id),
                    bulk_job_fields(
                        created_by=caller.id,
                        created_at=SERVER_TIME,
                        due_at=self._clock.now() + _FOUND_AFTER,
                        undo_of=request.job_id,
                    ),
                    MUST_NOT_EXIST,
                ),
            ]

        await commit_with_retry(self._store, decide, what=f"bulk job {request.job_id}")
        await self._publish(service_id, undo_id)
        return undo_id

    async def cancel(self, *, caller: Caller, request: CancelBulkJob) -> None:
        """End a job before its next part; one that has ended stays as it is."""
        await self._require_agent(caller, request.service_id)

        async def decide() -> list[Write]:
            found, job = await self._job(request.service_id, request.job_id)
            if job.state not in ("planning", "running"):
                return []
            patch = bulk_job_patch(
                state="cancelled",
                due_at=DELETE_FIELD,
                updated_at=SERVER_TIME,
                finished_at=SERVER_TIME,
            )
            return [Update(found.path, patch, UpdatedAt(found.update_time))]

        await commit_with_retry(self._store, decide, what=f"bulk job {request.job_id}")

    async def _job(self, service_id: str, job_id: str) -> tuple[Snapshot, BulkJob]:
        (found,) = await self._store.get_many([paths.bulk_job(service_id, job_id)])
        if found is None:
            raise not_found(CallableReason.UNKNOWN_JOB, f"jobId: there is no job {job_id!r}")
        return found, BulkJob.parse(found.fields)

    async def _require_agent(self, caller: Caller, service_id: str) -> None:
        (staff,) = await self._store.get_many([paths.staff(service_id, caller.id)])
        require_staff(caller, service_id, staff, AGENTS, field="serviceId")

    async def _require_room(self, service_id: str) -> None:
        """Refuse more jobs at once than a service may have."""
        query = Query(
            paths.bulk_jobs(service_id),
            where=(Where("state", "in", ["planning", "running"]),),
            limit=limits.BULK_JOBS_AT_ONCE,
            select=(),
        )
        running = [one async for page in self._store.stream(query) for one in page]
        if len(running) >= limits.BULK_JOBS_AT_ONCE:
            raise Refused(
                RefusalKind.EXHAUSTED,
                CallableReason.TOO_MANY,
                f"serviceId: {limits.BULK_JOBS_AT_ONCE} bulk jobs are under way",
                "wait for one to end, or cancel one",
            )

    async def _publish(self, service_id: str, job_id: str) -> None:
        await self._publisher.publish([BulkQueued(service_id=service_id, job_id=job_id)])


def _selection(cases: CasesToChange, caller: Caller) -> dict[str, object]:
    """Return the selection as a job has it: the view ``mine`` names whose."""
    where = None if cases.where is None else read_where(cases.where)
    return bulk_selection_fields(
        view=cases.view,
        assignee_id=cases.assignee_id or (caller.id if cases.view == "mine" else None),
        where=None if where is None else where.model_dump(by_alias=True),
        state=cases.state,
        chat_ids=cases.chat_ids,
        except_chat_ids=cases.except_chat_ids,
    )


def _wrong_state(job: BulkJob, what: str) -> Refused:
    return Refused(
        RefusalKind.FAILED_PRECONDITION,
        CallableReason.WRONG_STATE,
        f"jobId: this job is {job.state}; {what} can be undone",
    )
