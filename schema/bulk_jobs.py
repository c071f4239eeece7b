"""Bulk jobs: one change of many cases, worked through in parts. Only the server writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from schema import limits
from schema.audience_filters import Filter
from schema.base import ClosedDocument, Document, MaybeDouble, MemberId, Time, Uid, present
from schema.chats import ChatState
from schema.patches import UNSET, Patch, PathPatch, Unset, patch
from schema.staff_shelf import CaseView

BulkState = Literal["planning", "running", "completed", "cancelled", "failed"]
Number = Annotated[int, Field(ge=0), MaybeDouble]


class BulkSelection(Document):
    """Which cases: those of a view, those of matching people, those that are both, or named ones.

    ``assignee_id``: whose cases the view ``mine`` shows. ``state`` goes with ``where`` alone.
    ``except_chat_ids``: cases that stay as they are though they match.
    """

    view: CaseView | None = None
    assignee_id: Uid | None = None
    where: Filter | None = None
    state: ChatState | None = None
    chat_ids: list[str] | None = None
    except_chat_ids: list[str] | None = None


class BulkChanges(ClosedDocument):
    """What becomes of each case, as in ``updateCase``. A null ``assigneeId`` stands for nobody."""

    state: ChatState | None = None
    snoozed_until: Time | None = None
    until_reply: Literal[True] | None = None
    assignee_id: Uid | None = None


class BulkError(Document):
    """Why a whole job failed."""

    code: str
    message: str


class BulkJob(Document):
    """``services/{serviceId}/bulkJobs/{jobId}``.

    ``done``, ``unchanged`` and ``failed`` add up to ``total`` once the job is completed.
    ``failed_chats`` has the reason of the first of those that failed. ``undo_of``: the job whose
    changes it takes back; ``undone_by`` is the other way round. ``due_at``: when somebody looks
    after the job, if nobody works on it; an ended job has none. ``parts`` is how many there are.
    """

    created_by: MemberId
    created_at: Time
    state: BulkState
    selection: BulkSelection | None = None
    changes: dict[str, Any] | None = None
    total: Number = 0
    done: Number = 0
    unchanged: Number = 0
    failed: Number = 0
    failed_chats: dict[str, str] | None = None
    parts: Number | None = None
    undo_of: str | None = None
    undone_by: str | None = None
    due_at: Time | None = None
    updated_at: Time | None = None
    finished_at: Time | None = None
    error: BulkError | None = None


class BulkPart(Document):
    """``services/{serviceId}/bulkJobs/{jobId}/parts/{number}``: up to 100 cases; the fence."""

    chat_ids: Annotated[list[str], Field(max_length=limits.BULK_PART)]
    is_done: bool = False


def bulk_job_fields(
    *,
    created_by: str,
    created_at: Any,
    due_at: Any,
    selection: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    undo_of: str | None = None,
) -> dict[str, Any]:
    """Return a new ``BulkJob``; the times may be transforms of the store."""
    return present(
        created_by=created_by,
        created_at=created_at,
        state="planning",
        selection=selection,
        changes=changes,
        total=0,
        done=0,
        unchanged=0,
        failed=0,
        undo_of=undo_of,
        due_at=due_at,
        updated_at=created_at,
    )


def bulk_job_patch(
    *,
    state: BulkState | Unset = UNSET,
    total: int | Unset = UNSET,
    parts: int | Unset = UNSET,
    done: Any = UNSET,
    unchanged: Any = UNSET,
    failed: Any = UNSET,
    due_at: Any = UNSET,
    updated_at: Any = UNSET,
    finished_at: Any = UNSET,
    undone_by: str | Unset = UNSET,
    error: Mapping[str, str] | Unset = UNSET,
) -> Patch:
    """Return changed fields of a ``BulkJob``; those typed ``Any`` may be transforms."""
    return patch(
        state=state,
        total=total,
        parts=parts,
        done=done,
        unchanged=unchanged,
        failed=failed,
        due_at=due_at,
        updated_at=updated_at,
        finished_at=finished_at,
        undone_by=undone_by,
        error=error,
    )


def failed_chats_patch(reasons: Mapping[str, str]) -> PathPatch:
    """Note in a ``BulkJob`` why these cases could not be changed."""
    return {("failedChats", chat_id): reason for chat_id, reason in reasons.items()}


def bulk_part_fields(*, chat_ids: Sequence[str], is_done: bool = False) -> dict[str, Any]:
    """Return a ``BulkPart``."""
    return {"chatIds": list(chat_ids), "isDone": is_done}


def bulk_part_patch(*, is_done: bool) -> Patch:
    """Return changed fields of a ``BulkPart``."""
    return patch(is_done=is_done)


def bulk_selection_fields(
    *,
    view: str | None = None,
    assignee_id: str | None = None,
    where: Any = None,
    state: str | None = None,
    chat_ids: Sequence[str] | None = None,
    except_chat_ids: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return a ``BulkSelection``; ``where`` is a filter as it is stored."""
    return present(
        view=view,
        assignee_id=assignee_id,
        where=where,
        state=state,
        chat_ids=chat_ids,
        except_chat_ids=except_chat_ids,
    )
