"""The commit that changes a chat: the chat, system messages, an audit entry and the rows.

Pure. The commit carries the chat's ``update_time``, so changes and fan-outs of one chat are
ordered. The audit entry has an id drawn once per call; after a lost answer it proves that the
commit was applied.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parley.domain.access import RefusalKind, Refused
from parley.domain.chats.chat_rows import row
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.system_lines import system_last_message
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
from schema import ids, limits, paths
from schema.audit import audit_fields
from schema.chats import chat_patch
from schema.memberships import Member, MemberRole
from schema.messages import queue_entry_fields, system_message_fields
from schema.patches import UNSET, Patch, PathPatch
from schema.reasons import CallableReason, SystemEvent


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller's id, and the member they act as (themselves or a dashboard).

    ``standing`` is that member as stored, None for a dashboard that acts on a case by its right.
    ``is_staff``: the caller acts for the chat's service, whose dashboard is a member.
    """

    uid: str
    member: str
    role: MemberRole
    standing: Member | None = None
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class SystemMessage:
    """A system message to write; ``is_pushed`` notifies its target. ``targets``: many at once."""

    event: SystemEvent
    target: str | None = None
    targets: Sequence[str] = ()
    value: str | None = None
    is_pushed: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit entry's action, and the changed values before and after."""

    action: str
    before: Any = None
    after: Any = None


def change_chat(
    state: ChatState,
    change_id: str,
    actor: Actor,
    audit: Audit,
    *,
    messages: Sequence[SystemMessage] = (),
    patch: Patch | PathPatch | None = None,
    rows_of: Sequence[str] | None = None,
    title: str | None = None,
    grows_large: bool = False,
) -> list[Write]:
    """Return the writes of one change to a chat.

    ``rows_of``: members whose rows show the change, by default all. ``title``: the new title, if
    it changes. Rows of a large chat are not rewritten; clients read its title and last message
    from the chat.
    """
    writes: list[Write] = []
    last: dict[str, Any] | None = None
    for number, message in enumerate(messages):
        message_id = f"{message.event}-{change_id}-{number:02d}"
        last = system_last_message(message_id)
        writes += system_message_writes(state.id, message_id, message, by=actor.member)
    changed: dict[Any, Any] = {
        **chat_patch(
            last_message=UNSET if last is None else last, message_count=Increment(len(messages))
        ),
        **(patch or {}),
    }
    writes += [
        Update(paths.chat(state.id), changed, UpdatedAt(state.update_time)),
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


def members_patch(state: ChatState, members: Sequence[str] | None, count: int) -> Patch:
    """Return the chat's new member list and count; ``members`` is None for a large chat."""
    if members is None or state.is_large:
        return chat_patch(member_count=count)
    if count > limits.SMALL_GROUP:
        return chat_patch(member_count=count, large=True, member_ids=DELETE_FIELD)
    return chat_patch(member_ids=list(members), member_count=count)


def member_count(state: ChatState) -> int:
    """Return how many members a chat has, its dashboard included."""
    return state.chat.member_count or len(state.members)


def shown_last_message(writes: Sequence[Write], otherwise: str) -> dict[str, Any]:
    """Return the ``lastMessage`` that a change of a chat writes, for rows that it creates.

    A change without a message has one that says nothing, with the id ``otherwise``.
    """
    (shown,) = [write for write in writes if isinstance(write, Update)]
    return dict(shown.fields).get("lastMessage") or system_last_message(otherwise)


def check_kind(chat_id: str, *kinds: str) -> None:
    """Refuse chats of other kinds, whether or not the chat exists.

    The id alone tells the kind, so the answer does not reveal to strangers which chats exist.
    """
    kind = ids.parse_chat_id(chat_id).kind
    if kind not in kinds:
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.WRONG_KIND,
            f"chatId: {chat_id!r} is the id of a {kind} chat; this changes only "
            f"{' and '.join(kinds)} chats",
        )


def system_message_writes(
    chat_id: str, message_id: str, message: SystemMessage, by: str
) -> list[Write]:
    """Return a system message, with its outbox entry if it is pushed."""
    fields = system_message_fields(
        event=message.event,
        created_at=SERVER_TIME,
        by=by,
        target=message.target,
        targets=list(message.targets) or None,
        value=message.value,
    )
    writes: list[Write] = [Set(paths.message(chat_id, message_id), fields)]
    if message.is_pushed:
        entry = queue_entry_fields(
            chat_id=chat_id,
            message_id=message_id,
            sender_id=ids.SYSTEM_SENDER,
            created_at=SERVER_TIME,
        )
        writes.append(Set(paths.message_queue(chat_id, message_id), entry))
    return writes
