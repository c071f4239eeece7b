"""``userChats/{uid}/chats``: the rows of a person's list or a dashboard's, one for each chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from schema.base import (
    Document,
    MemberId,
    ServiceId,
    Time,
    Title,
    Uid,
    present,
)
from schema.chats import LastMessage, Number
from schema.ids import ChatKind
from schema.patches import UNSET, Patch, Unset, patch


class UserChat(Document):
    """``userChats/{uid}/chats/{chatId}``: one row; unread = ``messageCount - readCount``.

    ``updated_at`` orders the list: the time of the last message, system messages included. Edits,
    deletions and late fan-outs do not change it. ``invited``: the person is no member but has been
    invited by ``invited_by``; messages do not change such a row, and it counts none.
    ``reads_from`` of an invitation: see ``chat_history``.

    A dashboard's row of a case has three fields more. ``assignee_id`` is null for nobody, so that a
    query finds it. ``is_unanswered``: the person said something since staff answered last.
    ``is_unread``: staff have not read it, or marked it unread.
    """

    service_id: ServiceId
    kind: ChatKind
    title: Title | None = None
    photo_url: str | None = None
    other_uid: Uid | None = None
    last_message: LastMessage | None = None
    message_count: Number
    read_count: Number
    updated_at: Time
    large: bool | None = None
    marked_unread: bool | None = None
    pinned: bool | None = None
    archived: bool | None = None
    invited: bool | None = None
    invited_by: MemberId | None = None
    reads_from: Time | None = None
    assignee_id: Uid | None = None
    is_unanswered: bool | None = None
    is_unread: bool | None = None


def row_fields(
    *,
    service_id: str,
    kind: ChatKind,
    last_message: dict[str, Any],
    message_count: Any,
    read_count: Any,
    title: str | None = None,
    photo_url: str | None = None,
    other_uid: str | None = None,
    large: bool | None = None,
    invited: bool | None = None,
    invited_by: str | None = None,
    reads_from: Any = None,
) -> dict[str, Any]:
    """Return a ``UserChat`` placed by its last message. The counts may be transforms."""
    return present(
        service_id=service_id,
        kind=kind,
        last_message=last_message,
        message_count=message_count,
        read_count=read_count,
        updated_at=last_message["createdAt"],
        title=title,
        photo_url=photo_url,
        other_uid=other_uid,
        large=large,
        invited=invited,
        invited_by=invited_by,
        reads_from=reads_from,
    )


def like_row_fields(
    *, service_id: str, kind: ChatKind, message_count: Any, read_count: Any
) -> dict[str, Any]:
    """Return the part of a ``UserChat`` that many rows of two people's chats share."""
    return present(
        service_id=service_id, kind=kind, message_count=message_count, read_count=read_count
    )


def own_row_fields(*, last_message: dict[str, Any], other_uid: str) -> dict[str, Any]:
    """Return the rest of such a ``UserChat``."""
    return {
        "lastMessage": last_message,
        "updatedAt": last_message["createdAt"],
        "otherUid": other_uid,
    }


def row_counts_patch(
    *,
    message_count: int | Unset = UNSET,
    read_count: int | Unset = UNSET,
    last_message: Mapping[str, Any] | Unset = UNSET,
    updated_at: Any = UNSET,
) -> Patch:
    """Return changed fields of a ``UserChat`` that are derived from messages."""
    return patch(
        message_count=message_count,
        read_count=read_count,
        last_message=last_message,
        updated_at=updated_at,
    )


def case_row_patch(
    *,
    assignee_id: str | None,
    is_unanswered: bool | Unset = UNSET,
    is_unread: Literal[True] | Unset = UNSET,
) -> Patch:
    """Return what a dashboard's ``UserChat`` of a case has beside others; None for nobody."""
    return patch(assignee_id=assignee_id, is_unanswered=is_unanswered, is_unread=is_unread)
