"""What a bulk job makes of one case: the change that was asked for, or the way back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from parley.domain.requests import UpdateCase
from schema.audit import AuditEntry
from schema.bulk_jobs import BulkChanges
from schema.chats import Chat

CHANGED = ("state", "snoozed_until", "assignee_id")


def change_id_of(job_id: str) -> str:
    """Return the id of the change of a case by a job: its audit entry is the fence."""
    return f"bulk-{job_id}"


def wanted_change(chat_id: str, stored: Mapping[str, Any]) -> UpdateCase:
    """Return what a job wants of a case; ``stored`` are the changes as its document has them."""
    changes = BulkChanges.parse(stored)
    named = {name: getattr(changes, name) for name in changes.model_fields_set}
    return UpdateCase(chat_id=chat_id, **named)


def stored_changes(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes as a job's document has them; null names nobody."""
    return BulkChanges(**named).model_dump(by_alias=True, exclude_unset=True)


def way_back(chat_id: str, chat: Chat, made: AuditEntry, now: datetime) -> UpdateCase | None:
    """Return what takes a change back; None if the case was changed again since.

    A snooze whose time has passed meanwhile comes back as an open case.
    """
    before, after = _case_fields(made.before), _case_fields(made.after)
    if before is None or after is None:
        return None
    if any(getattr(chat, name) != getattr(after, name) for name in after.model_fields_set):
        return None
    wanted: dict[str, Any] = {}
    if "assignee_id" in after.model_fields_set:
        wanted["assignee_id"] = before.assignee_id
    if "state" in after.model_fields_set:
        until = before.snoozed_until
        is_over = before.state == "snoozed" and until is not None and until <= now
        state = "open" if is_over else before.state or "open"
        wanted["state"] = state
        if state == "snoozed":
            wanted |= {"until_reply": True} if until is None else {"snoozed_until": until}
    return UpdateCase(chat_id=chat_id, **wanted) if wanted else None


def _case_fields(values: Any) -> BulkChanges | None:
    try:
        return BulkChanges.parse(values or {})
    except ValidationError:
        return None
