"""Chats: the conversation, its members, its row in a chat list, receipts and typing.

The models say what stands in the tree. Fan-out writes these documents by the hundred thousand, so
it builds them with the plain functions below, whose results are tested to be valid.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from schema import limits
from schema.base import (
    Attributes,
    Document,
    MaybeDouble,
    MemberId,
    Preview,
    Sender,
    ServiceId,
    Time,
    Title,
    Topic,
    Uid,
    UniqueName,
    present,
)
from schema.ids import ChatKind

ChatState = Literal["open", "closed", "snoozed"]
MemberRole = Literal["owner", "admin", "member"]

Number = Annotated[int, Field(ge=0), MaybeDouble]


class LastMessage(Document):
    """The newest message of a chat, as lists show it."""

    id: str
    sender_id: Sender
    preview: Preview
    created_at: Time


class Chat(Document):
    """``chats/{chatId}``. A direct chat that a client made has the first four fields alone.

    ``large``: above 100 members once, for good; rows are then not rewritten at each message.
    ``last_joined_at``: when somebody was added last; what was said before is not news to them.
    """

    service_id: ServiceId
    kind: ChatKind
    created_by: MemberId
    created_at: Time
    title: Title | None = None
    topic: Topic | None = None
    attributes: Attributes | None = None
    unique_name: UniqueName | None = None
    state: ChatState | None = None
    snoozed_until: Time | None = None
    assignee_id: Uid | None = None
    member_ids: Annotated[list[MemberId], Field(max_length=limits.SMALL_GROUP)] | None = None
    member_count: Number | None = None
    message_count: Number | None = None
    last_message: LastMessage | None = None
    last_joined_at: Time | None = None
    large: bool | None = None


class Member(Document):
    """``chats/{chatId}/members/{uid}``."""

    role: MemberRole
    joined_at: Time
    can_post: bool | None = None
    muted_until: Time | None = None


class UserChat(Document):
    """``userChats/{uid}/chats/{chatId}``: one row; unread = ``messageCount - readCount``.

    ``updated_at`` is the row's place in the list: the time of what was said last, system messages
    included. An edit, a deletion or a late fan-out does not change it.
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


class ReadReceipt(Document):
    """``chatReadReceipts/{chatId}/members/{uid}``: horizons; forward only."""

    read_to: Time
    read_at: Time
    delivered_to: Time | None = None


class TypingIndicator(Document):
    """``chatTypingIndicators/{chatId}/members/{uid}``: the time of the last keystrokes."""

    at: Time


def last_message(
    *, sender_id: str, created_at: Any, id: str | None = None, preview: str | None = None
) -> dict[str, Any]:
    """A ``LastMessage``. Here and below, a time may be a transform of the store.

    Without ``id`` and ``preview`` it is what many chats share; ``shown_last`` has the rest.
    """
    fields = {"senderId": sender_id, "createdAt": created_at}
    return fields if id is None else {"id": id, "preview": preview} | fields


def shown_last(*, id: str, preview: str) -> dict[str, Any]:
    """What is one chat's own of the last message in a ``Chat`` and in a ``UserChat``."""
    return {"lastMessage": {"id": id, "preview": preview}}


def chat_fields(
    *,
    service_id: str,
    kind: ChatKind,
    created_by: str,
    created_at: Any,
    state: ChatState | None = None,
    title: str | None = None,
    topic: str | None = None,
    attributes: dict[str, Any] | None = None,
    unique_name: str | None = None,
    member_ids: list[str] | None = None,
    member_count: int | None = None,
    message_count: int | None = None,
    last_message: dict[str, Any] | None = None,
    large: bool | None = None,
) -> dict[str, Any]:
    """A ``Chat``; what is None is left out."""
    return present(
        service_id=service_id,
        kind=kind,
        created_by=created_by,
        created_at=created_at,
        state=state,
        title=title,
        topic=topic,
        attributes=attributes,
        unique_name=unique_name,
        member_ids=member_ids,
        member_count=member_count,
        message_count=message_count,
        last_message=last_message,
        large=large,
    )


def listed_members(members: list[str]) -> dict[str, Any]:
    """Who is listed in a ``Chat``, where all else is shared with others."""
    return {"memberIds": members}


def chat_members(fields: Mapping[str, Any]) -> Collection[str]:
    """Who is listed in a ``Chat`` as it is stored; nobody in a large one, or an unreadable one."""
    members = fields.get("memberIds")
    return members if isinstance(members, list) else ()


def member_fields(
    *, role: MemberRole, joined_at: Any, can_post: bool | None = None
) -> dict[str, Any]:
    """A ``Member``."""
    return present(role=role, joined_at=joined_at, can_post=can_post)


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
) -> dict[str, Any]:
    """A ``UserChat``, in the place of its last message. The counts may be transforms."""
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
    )


def other_of_row(uid: str) -> dict[str, Any]:
    """Whom a ``UserChat`` is with, where all else is shared with others."""
    return {"otherUid": uid}
