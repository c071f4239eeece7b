"""Case states (open, closed, snoozed until a time) and assignees.

Pure. The dashboard is a member of a case, and has a row for it, only while the case is open. A
message, a staff member or the snooze time, if there is one, wakes a snoozed case.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from parley.domain.access import SYSTEM, RefusalKind, Refused
from parley.domain.chats.chat import Actor, Audit, SystemMessage, change_chat
from parley.domain.chats.chat_state import ChatState
from parley.domain.requests import UpdateCase
from parley.store import DELETE_FIELD, SERVER_TIME, Delete, Merge, Set, Write
from schema import ids, paths
from schema.chats import chat_patch
from schema.memberships import member_fields
from schema.patches import UNSET, Patch
from schema.reasons import CallableReason, SystemEvent
from schema.user_chats import case_row_patch

_EVENTS = {"open": SystemEvent.OPENED, "closed": SystemEvent.CLOSED}
"""Snoozing writes no system message."""

_ACTIONS = {"open": "opened", "closed": "closed", "snoozed": "snoozed"}


def change_case(
    state: ChatState, actor: Actor, request: UpdateCase, now: datetime, change_id: str
) -> list[Write]:
    """Set the state, snooze time and assignee; return no writes if nothing changes."""
    dashboard = ids.service_member(state.service_id)
    new_state = request.state or state.chat.state or "open"
    until = _snoozed_until(state, request, now)
    _check_expected(state, request)
    is_member = dashboard in state.members
    is_same = new_state == state.chat.state and until == state.chat.snoozed_until
    is_moved = not is_same or is_member != (new_state == "open")
    is_assigned = (
        "assignee_id" in request.model_fields_set and request.assignee_id != state.chat.assignee_id
    )
    if not is_moved and not is_assigned:
        return []
    patch: Patch = {}
    before: Patch = {}
    after: Patch = {}
    messages: list[SystemMessage] = []
    members = [member for member in state.members if member != dashboard]
    if new_state == "open":
        members.append(dashboard)
    if is_moved:
        before |= _audited(state.chat.state, state.chat.snoozed_until)
        after |= _audited(new_state, until)
        patch |= chat_patch(
            state=new_state,
            state_at=SERVER_TIME,
            snoozed_until=DELETE_FIELD if until is None else until,
            member_ids=members,
            member_count=len(members),
        )
        if new_state != state.chat.state and new_state in _EVENTS:
            messages.append(SystemMessage(_EVENTS[new_state]))
    if is_assigned:
        before |= chat_patch(assignee_id=state.chat.assignee_id)
        after |= chat_patch(assignee_id=request.assignee_id)
        patch |= chat_patch(
            assignee_id=DELETE_FIELD if request.assignee_id is None else request.assignee_id
        )
    action = _ACTIONS[new_state] if is_moved else "assigned"
    writes = change_chat(
        _assigned(state, request) if is_assigned else state,
        change_id,
        actor,
        Audit(action, before, after),
        messages=messages,
        patch=patch,
        rows_of=members,
    )
    if is_moved:
        writes += _dashboard_writes(
            state, dashboard, is_member=is_member, is_open=new_state == "open"
        )
    if is_assigned and not messages and dashboard in members:
        # The row moves to another view; no message writes it.
        row = paths.user_chat(dashboard, state.id)
        writes.append(Merge(row, case_row_patch(assignee_id=request.assignee_id)))
    return writes


def wake_case(state: ChatState, now: datetime, change_id: str) -> list[Write]:
    """Open a case whose snooze time has come; return no writes for any other case.

    The system message names the dashboard, the audit entry names the system.
    """
    until = state.chat.snoozed_until
    if state.chat.state != "snoozed" or until is None or until > now:
        return []
    actor = Actor(SYSTEM.id, ids.service_member(state.service_id), "owner")
    return change_case(state, actor, UpdateCase(chat_id=state.id, state="open"), now, change_id)


def _dashboard_writes(
    state: ChatState, dashboard: str, *, is_member: bool, is_open: bool
) -> list[Write]:
    """Add or remove the dashboard's membership; the row of an open case is written elsewhere."""
    member = paths.chat_member(state.id, dashboard)
    if not is_open:
        return [Delete(member), Delete(paths.user_chat(dashboard, state.id))]
    if is_member:
        return []
    return [Set(member, member_fields(role="member", joined_at=SERVER_TIME))]


def _assigned(state: ChatState, request: UpdateCase) -> ChatState:
    chat = state.chat.model_copy(update={"assignee_id": request.assignee_id})
    return dataclasses.replace(state, chat=chat)


def _check_expected(state: ChatState, request: UpdateCase) -> None:
    """Refuse a claim whose case somebody else has by now; one's own claim repeats."""
    assignee = state.chat.assignee_id
    if "expected_assignee_id" not in request.model_fields_set:
        return
    if assignee in (request.expected_assignee_id, request.assignee_id):
        return
    raise Refused(
        RefusalKind.FAILED_PRECONDITION,
        CallableReason.ALREADY_ASSIGNED,
        f"assigneeId: {'nobody' if assignee is None else repr(assignee)} has this case by now",
        "look at it again, or send no expectedAssigneeId to take it over",
        about={} if assignee is None else chat_patch(assignee_id=assignee),
    )


def _snoozed_until(state: ChatState, request: UpdateCase, now: datetime) -> datetime | None:
    """Return when the case wakes after this change; None if it is not snoozed."""
    if request.until_reply:
        return None
    requested = request.snoozed_until
    new_state = request.state or state.chat.state
    if requested is not None and new_state != "snoozed":
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.NOT_SNOOZED,
            f"snoozedUntil: this case is {new_state}",
            "send state snoozed with it",
        )
    if requested is not None and requested <= now and requested != state.chat.snoozed_until:
        raise Refused(
            RefusalKind.INVALID,
            CallableReason.PAST_TIME,
            f"snoozedUntil: {requested.isoformat()} is past; it is {now.isoformat()} here",
        )
    return (requested or state.chat.snoozed_until) if new_state == "snoozed" else None


def _audited(state: Any, until: datetime | None) -> Patch:
    return chat_patch(state=state, snoozed_until=UNSET if until is None else until)
