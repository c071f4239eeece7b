"""Work on bulk jobs: freeze which cases, then change them part by part.

Three fences make a repeat harmless. Planning is one commit of all parts under the job's
``update_time``. The audit entry of a case has the job's id, so the job changes the case once. And a
part is counted in the commit that marks it done.
"""

from __future__ import annotations

import asyncio

from parley.domain.access import AGENTS, BANNED, Refused, require_assignable, staff_role
from parley.domain.chats.bulk_changes import change_id_of, wanted_change, way_back
from parley.domain.chats.cases import change_case
from parley.domain.chats.chat import Actor
from parley.domain.chats.chat_state import ChatState
from parley.domain.ports import Clock
from parley.domain.requests import UpdateCase
from parley.services.chats.change_chats import ChangeChats
from parley.services.chats.plan_bulk_jobs import LOOKED_AFTER, JobEnded, PlanBulkJobs
from parley.services.people.bans import Bans
from parley.store import (
    DELETE_FIELD,
    SERVER_TIME,
    Increment,
    Snapshot,
    Update,
    UpdatedAt,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from schema import ids, limits, paths
from schema.audit import AuditEntry
from schema.bulk_jobs import (
    BulkJob,
    BulkPart,
    bulk_job_patch,
    bulk_part_patch,
    failed_chats_patch,
)

_AT_ONCE = 8
"""Cases of a part that are changed side by side."""


class RunBulkJobs:
    """Takes a job from any state to its end. Every call continues where the last one stopped."""

    def __init__(self, *, chats: ChangeChats, bans: Bans, clock: Clock) -> None:
        self._chats = chats
        self._bans = bans
        self._store = chats.store
        self._plan = PlanBulkJobs(store=chats.store, clock=clock)
        self._clock = clock

    async def run(self, service_id: str, job_id: str) -> None:
        """Plan the job if need be, and work through its parts until it ends or is cancelled."""
        try:
            job = await self._plan.read(service_id, job_id)
            if job is not None and job.state == "planning":
                await self._plan.plan(service_id, job_id)
            number = 0
            while True:
                job = await self._plan.read(service_id, job_id)
                if job is None or job.state != "running":
                    return
                await self._require_author(service_id, job)
                if number >= (job.parts or 0):
                    return
                await self._work(service_id, job_id, job, number)
                number += 1
        except JobEnded as ended:
            await self._end(service_id, job_id, ended.code, ended.message)

    async def give_up(self, service_id: str, job_id: str, error: str) -> None:
        """End a job whose work was dead-lettered, and tell its author why."""
        await self._end(service_id, job_id, "givenUp", error[:500])

    async def _require_author(self, service_id: str, job: BulkJob) -> None:
        """End the job of somebody who left the staff meanwhile, or was banned."""
        (staff,) = await self._store.get_many([paths.staff(service_id, job.created_by)])
        role = await self._bans.role_of_author(
            job.created_by, staff_role(staff), written_at=job.created_at
        )
        if role == BANNED:
            raise JobEnded("notAllowed", f"{job.created_by} is banned")
        if role not in AGENTS:
            raise JobEnded(
                "notAllowed", f"{job.created_by} no longer answers cases of this service"
            )

    async def _work(self, service_id: str, job_id: str, job: BulkJob, number: int) -> None:
        """Change the cases of a part, and count them in the commit that marks it done."""
        path = paths.bulk_part(service_id, job_id, number)
        (found,) = await self._store.get_many([path])
        part = None if found is None else BulkPart.parse(found.fields)
        if part is None or part.is_done:
            return
        assignee = (job.changes or {}).get("assigneeId")
        if assignee is not None:
            (staff,) = await self._store.get_many([paths.staff(service_id, str(assignee))])
            try:
                require_assignable(service_id, staff, field="changes.assigneeId")
            except Refused as refused:
                raise JobEnded("notAllowed", refused.message) from refused
        undone = await self._entries(part.chat_ids, job)
        room = asyncio.Semaphore(_AT_ONCE)
        failed: dict[str, str] = {}

        async def work(chat_id: str) -> None:
            async with room:
                try:
                    await self._change(service_id, chat_id, job_id, job, undone)
                except Refused as refused:
                    failed[chat_id] = str(refused.reason)

        waiting = [work(one) for one in part.chat_ids]
        for error in await asyncio.gather(*waiting, return_exceptions=True):
            if error is not None:
                raise error
        done = await self._changed(part.chat_ids, job_id)
        await self._count(service_id, job_id, number, part, done=done, failed=failed)

    async def _change(
        self,
        service_id: str,
        chat_id: str,
        job_id: str,
        job: BulkJob,
        undone: dict[str, AuditEntry],
    ) -> None:
        if ids.parse_chat_id(chat_id).service_id != service_id:
            return
        change_id = change_id_of(job_id)

        async def decide(state: ChatState, _: str) -> list[Write]:
            audit = paths.chat_audit(chat_id, change_id)
            (made,) = await self._store.get_many([audit], select=())
            wanted = self._wanted(state, chat_id, job, undone.get(chat_id))
            if made is not None or wanted is None:
                return []
            actor = Actor(job.created_by, ids.service_member(service_id), "owner")
            return change_case(state, actor, wanted, self._clock.now(), change_id)

        await self._chats.change(chat_id, decide, "case", change_id=change_id)

    def _wanted(
        self, state: ChatState, chat_id: str, job: BulkJob, made: AuditEntry | None
    ) -> UpdateCase | None:
        if job.undo_of is None:
            return wanted_change(chat_id, job.changes or {})
        return None if made is None else way_back(chat_id, state.chat, made, self._clock.now())

    async def _changed(self, chat_ids: list[str], job_id: str) -> set[str]:
        """Return the cases that the job has changed, by its audit entries."""
        entries = [paths.chat_audit(chat_id, change_id_of(job_id)) for chat_id in chat_ids]
        found = await self._store.get_many(entries, select=())
        return {
            chat_id for chat_id, entry in zip(chat_ids, found, strict=True) if entry is not None
        }

    async def _entries(self, chat_ids: list[str], job: BulkJob) -> dict[str, AuditEntry]:
        """Return what the job that is undone has changed, by case."""
        if job.undo_of is None:
            return {}
        change_id = change_id_of(job.undo_of)
        found = await self._store.get_many(
            [paths.chat_audit(chat_id, change_id) for chat_id in chat_ids]
        )
        return {
            chat_id: AuditEntry.parse(entry.fields)
            for chat_id, entry in zip(chat_ids, found, strict=True)
            if entry is not None
        }

    async def _count(
        self,
        service_id: str,
        job_id: str,
        number: int,
        part: BulkPart,
        *,
        done: set[str],
        failed: dict[str, str],
    ) -> None:
        failures = {one: why for one, why in failed.items() if one not in done}

        async def decide() -> list[Write]:
            job, found = await self._store.get_many(
                [
                    paths.bulk_job(service_id, job_id),
                    paths.bulk_part(service_id, job_id, number),
                ]
            )
            if job is None or found is None or BulkPart.parse(found.fields).is_done:
                return []
            return [
                Update(found.path, bulk_part_patch(is_done=True), UpdatedAt(found.update_time)),
                self._counted(job, number, len(part.chat_ids), len(done), failures),
            ]

        await commit_with_retry(self._store, decide, what=f"bulk job {job_id}")

    def _counted(
        self, found: Snapshot, number: int, total: int, done: int, failures: dict[str, str]
    ) -> Write:
        job = BulkJob.parse(found.fields)
        room = limits.BULK_FAILURES_TOLD - len(job.failed_chats or {})
        told = dict(sorted(failures.items())[: max(0, room)])
        patch = bulk_job_patch(
            done=Increment(done),
            failed=Increment(len(failures)),
            unchanged=Increment(total - done - len(failures)),
            updated_at=SERVER_TIME,
        )
        if job.state == "running":
            is_last = number + 1 >= (job.parts or 0)
            due = DELETE_FIELD if is_last else self._clock.now() + LOOKED_AFTER
            patch |= bulk_job_patch(due_at=due)
            if is_last:
                patch |= bulk_job_patch(state="completed", finished_at=SERVER_TIME)
        fields = failed_chats_patch(told)
        fields.update(patch)
        return Update(found.path, fields, UpdatedAt(found.update_time))

    async def _end(self, service_id: str, job_id: str, code: str, message: str) -> None:
        async def decide() -> list[Write]:
            (found,) = await self._store.get_many([paths.bulk_job(service_id, job_id)])
            if found is None or found.fields.get("state") not in ("planning", "running"):
                return []
            patch = bulk_job_patch(
                state="failed",
                error={"code": code, "message": message},
                due_at=DELETE_FIELD,
                updated_at=SERVER_TIME,
                finished_at=SERVER_TIME,
            )
            return [Update(found.path, patch, UpdatedAt(found.update_time))]

        await commit_with_retry(self._store, decide, what=f"bulk job {job_id}")
