"""A case's life: open, closed, snoozed until a time, and who works on it.

Pure. The dashboard is a member, and lists the case, while it is open alone. A case that sleeps is
woken by a message, by staff, or by its time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parley.domain.access import Refused
from parley.domain.chats.chat import Actor, Audit, News, changed_chat
from parley.domain.chats.fan_out import ChatState
from parley.domain.requests import UpdateCase
from parley.store import DELETE_FIELD, SERVER_TIME, Delete, Set, Write
from schema import changes, ids, paths
from schema.chats import member_fields
from schema.reasons import CallableReason, SystemEvent

_EVENTS = {"open": SystemEvent.OPENED, "closed": SystemEvent.CLOSED}
"""Falling asleep is nothing that the person is told."""

_ACTIONS = {"open": "opened", "closed": "closed", "snoozed": "snoozed"}


def changed_case(
    state: ChatState, actor: Actor, request: UpdateCase, now: datetime, change_id: str
) -> list[Write]:
    """State, time of waking and assignee as asked; no writes where they are so already."""
    dashboard = ids.service_member(state.service_id)
    wanted = request.state or state.chat.state or "open"
    until = _until(state, request, now)
    is_in = dashboard in state.members
    stands = wanted == state.chat.state and until == state.chat.snoozed_until
    moves = not stands or is_in != (wanted == "open")
    assigns = (
        "assignee_id" in request.model_fields_set and request.assignee_id != state.chat.assignee_id
    )
    if not moves and not assigns:
        return []
    chat: changes.Changes = {}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    news: list[News] = []
    members = [one for one in state.members if one != dashboard]
    if wanted == "open":
        members.append(dashboard)
    if moves:
        before |= _told(state.chat.state, state.chat.snoozed_until)
        after |= _told(wanted, until)
        chat |= changes.case_state(
            state=wanted, snoozed_until=DELETE_FIELD if until is None else until
        )
        chat |= changes.chat_people(member_ids=members, member_count=len(members))
        if wanted != state.chat.state and wanted in _EVENTS:
            news.append(News(_EVENTS[wanted]))
    if assigns:
        before["assigneeId"] = state.chat.assignee_id
        after["assigneeId"] = request.assignee_id
        chat |= changes.case_assigned(
            DELETE_FIELD if request.assignee_id is None else request.assignee_id
        )
    action = _ACTIONS[wanted] if moves else "assigned"
    writes = changed_chat(
        state,
        change_id,
        actor,
        Audit(action, before, after),
        news=news,
        chat=chat,
        rows_of=members,
    )
    if moves:
        writes += _dashboard(state, dashboard, is_in=is_in, is_open=wanted == "open")
    return writes


def woken(state: ChatState, now: datetime, change_id: str) -> list[Write]:
    """A case that has slept long enough is open; no writes where it is awake, or sleeps on.

    The person is told that the dashboard opened it; the audit, that nobody of its staff did.
    """
    until = state.chat.snoozed_until
    if state.chat.state != "snoozed" or until is None or until > now:
        return []
    clockwork = Actor(ids.SYSTEM_SENDER, ids.service_member(state.service_id), "owner")
    return changed_case(
        state, clockwork, UpdateCase(chat_id=state.id, state="open"), now, change_id
    )


def _dashboard(state: ChatState, dashboard: str, *, is_in: bool, is_open: bool) -> list[Write]:
    """The dashboard as a member; its row is among the chat's others when it is open."""
    member = paths.chat_member(state.id, dashboard)
    if not is_open:
        return [Delete(member), Delete(paths.user_chat(dashboard, state.id))]
    if is_in:
        return []
    return [Set(member, member_fields(role="member", joined_at=SERVER_TIME))]


def _until(state: ChatState, request: UpdateCase, now: datetime) -> datetime | None:
    """Until when the case sleeps after this; None when it is awake."""
    asked = request.snoozed_until
    state_then = request.state or state.chat.state
    if asked is not None and state_then != "snoozed":
        raise Refused(
            "failed-precondition",
            CallableReason.NOT_SNOOZED,
            f"snoozedUntil: this case is {state_then}",
            "send state snoozed with it",
        )
    if asked is not None and asked <= now and asked != state.chat.snoozed_until:
        raise Refused(
            "invalid-argument",
            CallableReason.PAST_TIME,
            f"snoozedUntil: {asked.isoformat()} is past; it is {now.isoformat()} here",
        )
    return (asked or state.chat.snoozed_until) if state_then == "snoozed" else None


def _told(state: str | None, until: datetime | None) -> dict[str, Any]:
    told: dict[str, Any] = {"state": state}
    return told if until is None else told | {"snoozedUntil": until}
