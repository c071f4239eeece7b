"""What every change to a chat has in common: the actor, and the one commit that tells of it.

Pure. The commit carries the chat's ``update_time``, so a change and a fan-out never pass each other
unseen; its audit entry, under an id drawn once a call, shows after a lost answer that it was done.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parley.domain.access import Refused
from parley.domain.chats.fan_out import ChatState, row
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    Increment,
    Set,
    Update,
    UpdatedAt,
    Write,
)
from schema import changes, ids, limits, paths
from schema.audit import audit_fields
from schema.chats import MemberRole, last_message
from schema.messages import queue_entry_fields, system_message_fields
from schema.reasons import CallableReason, SystemEvent
from schema.services import StaffRole

AGENTS: frozenset[StaffRole] = frozenset({"owner", "admin", "agent"})
"""The staff who act for their dashboard; a viewer looks on."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: the person, and the member as whom (themself, or a dashboard)."""

    uid: str
    member: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class News:
    """A system message to write; ``is_pushed`` tells its target on their devices."""

    event: SystemEvent
    target: str | None = None
    value: str | None = None
    is_pushed: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit keeps of a change: small values of what was and what is."""

    action: str
    before: Any = None
    after: Any = None


def changed_chat(
    state: ChatState,
    change_id: str,
    actor: Actor,
    audit: Audit,
    *,
    news: Sequence[News] = (),
    chat: changes.Changes | None = None,
    rows_of: Sequence[str] | None = None,
    title: str | None = None,
    grows_large: bool = False,
) -> list[Write]:
    """Chat, system messages, audit, and the rows of those who were and stay in a small chat.

    ``rows_of``: whose rows follow, all members by default. ``title``: the new one, if it changes.
    Rows of a large chat are left alone: whoever shows one takes title and last message from it.
    """
    writes: list[Write] = []
    last: dict[str, Any] | None = None
    for number, item in enumerate(news):
        message_id = f"{item.event}-{change_id}-{number:02d}"
        last = last_message(
            id=message_id, sender_id=ids.SYSTEM_SENDER, preview="", created_at=SERVER_TIME
        )
        writes.append(
            Set(
                paths.message(state.id, message_id),
                system_message_fields(
                    event=item.event,
                    created_at=SERVER_TIME,
                    by=actor.member,
                    target=item.target,
                    value=item.value,
                ),
            )
        )
        if item.is_pushed:
            entry = queue_entry_fields(
                chat_id=state.id,
                message_id=message_id,
                sender_id=ids.SYSTEM_SENDER,
                created_at=SERVER_TIME,
            )
            writes.append(Set(paths.message_queue(state.id, message_id), entry))
    posted = changes.chat_posted(last_message=last, message_count=Increment(len(news)))
    writes += [
        Update(paths.chat(state.id), posted | (chat or {}), UpdatedAt(state.update_time)),
        Set(
            paths.chat_audit(state.id, change_id),
            audit_fields(
                action=audit.action,
                by=actor.uid,
                at=SERVER_TIME,
                before=audit.before,
                after=audit.after,
            ),
            MUST_NOT_EXIST,
        ),
    ]
    if last is None or state.is_large:
        return writes
    shown = state
    if title is not None:
        shown = dataclasses.replace(state, chat=state.chat.model_copy(update={"title": title}))
    members = state.members if rows_of is None else rows_of
    writes += [row(shown, member, last, 0, is_large=grows_large) for member in members]
    return writes


def people_changes(state: ChatState, members: Sequence[str] | None, count: int) -> changes.Changes:
    """How a chat counts its members now; ``members`` are all of them, None in a large chat."""
    if members is None or state.is_large:
        return changes.member_counted(member_count=count)
    if count > limits.SMALL_GROUP:
        return changes.chat_grown_large(member_count=count, delete_field=DELETE_FIELD)
    return changes.chat_people(member_ids=list(members), member_count=count)


def check_kind(chat_id: str, *kinds: str) -> None:
    """Refuse what is not done to chats of this kind, be there such a chat or not.

    The id tells, so a stranger does not learn from the answer who has a chat with whom.
    """
    kind = ids.parse_chat_id(chat_id).kind
    if kind not in kinds:
        raise Refused(
            "failed-precondition",
            CallableReason.WRONG_KIND,
            f"chatId: {chat_id!r} is the id of a {kind} chat; this changes "
            f"{' and '.join(kinds)} chats alone",
        )


def not_allowed(why: str, way_out: str | None = None) -> Refused:
    """Somebody may not do what they ask, whatever the chat looks like."""
    return Refused("permission-denied", CallableReason.NOT_ALLOWED, why, way_out)
