"""Chats: the conversation as it stands, and its last message.

The models define the documents. Fan-out writes them by the hundred thousand, so it uses the plain
builders below, which tests check against the models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    SlowModeSeconds,
    Time,
    Title,
    Topic,
    Uid,
    UniqueName,
    present,
)
from schema.chat_history import HistoryFor
from schema.ids import ChatKind
from schema.patches import UNSET, Patch, PathPatch, Unset, patch
from schema.replies import AwaitedReply

ChatState = Literal["open", "closed", "snoozed"]

Number = Annotated[int, Field(ge=0), MaybeDouble]


class LastMessage(Document):
    """The newest message of a chat, as lists show it."""

    id: str
    sender_id: Sender
    preview: Preview
    created_at: Time


class Chat(Document):
    """``chats/{chatId}``. A direct chat created by a client has only the first four fields.

    ``large``: the chat once had more than 100 members, so messages no longer rewrite its rows.
    ``last_joined_at``: the last time somebody was added; earlier messages are not news to them.
    ``slow_mode_seconds``: the time between two posts of a member of a group, 0 for none, unset for
    the service's. ``recent_posts``: the server's note of who posted in the last minute.
    ``awaiting_reply``: campaigns whose message the person has not answered, by id. ``by_sms``: the
    person of a case has written by SMS, so answers may go out as SMS. ``state_at``: since when a
    case has its state; one that a campaign opened, and nobody answered, has none.

    ``has_past``: whether ``past`` may hold somebody; unknown if it is missing. ``has_invited``:
    somebody has been invited, and may not have answered. ``unopened``: members who were added
    without being asked and have not opened a small group, with when they were added.

    ``created_by``: missing where a campaign or a mass message opened the chat, so that these stay
    out of the index of new chats by their time.

    Of a direct chat, ``mutual``: both people have written in it. ``rang``: when one of them rang
    the other by adding them to a group, while the other had not written.
    """

    service_id: ServiceId
    kind: ChatKind
    created_by: MemberId | None = None
    created_at: Time
    title: Title | None = None
    topic: Topic | None = None
    attributes: Attributes | None = None
    unique_name: UniqueName | None = None
    state: ChatState | None = None
    state_at: Time | None = None
    snoozed_until: Time | None = None
    assignee_id: Uid | None = None
    member_ids: Annotated[list[MemberId], Field(max_length=limits.SMALL_GROUP)] | None = None
    member_count: Number | None = None
    message_count: Number | None = None
    last_message: LastMessage | None = None
    last_joined_at: Time | None = None
    history_for: HistoryFor | None = None
    large: bool | None = None
    slow_mode_seconds: SlowModeSeconds | None = None
    recent_posts: dict[str, str] | None = None
    awaiting_reply: dict[str, AwaitedReply] | None = None
    by_sms: bool | None = None
    has_past: bool | None = None
    has_invited: bool | None = None
    unopened: dict[str, Time] | None = None
    mutual: bool | None = None
    rang: dict[str, Time] | None = None


def last_message(
    *, sender_id: str, created_at: Any, id: str | None = None, preview: str | None = None
) -> dict[str, Any]:
    """Return a ``LastMessage``. Here and below, a time may be a transform of the store.

    Without ``id`` and ``preview`` it holds what many chats share; ``chat_parts`` adds the rest.
    """
    fields = {"senderId": sender_id, "createdAt": created_at}
    return fields if id is None else {"id": id, "preview": preview} | fields


def chat_fields(
    *,
    service_id: str,
    kind: ChatKind,
    created_by: str | None = None,
    created_at: Any,
    state: ChatState | None = None,
    state_at: Any = None,
    title: str | None = None,
    topic: str | None = None,
    attributes: dict[str, Any] | None = None,
    unique_name: str | None = None,
    member_ids: list[str] | None = None,
    member_count: int | None = None,
    message_count: int | None = None,
    last_message: dict[str, Any] | None = None,
    large: bool | None = None,
    by_sms: bool | None = None,
    history_for: HistoryFor | None = None,
    has_past: bool | None = None,
    has_invited: bool | None = None,
    unopened: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a ``Chat`` without the fields that are None."""
    return present(
        service_id=service_id,
        kind=kind,
        created_by=created_by,
        created_at=created_at,
        state=state,
        state_at=state_at,
        title=title,
        topic=topic,
        attributes=attributes,
        unique_name=unique_name,
        member_ids=member_ids,
        member_count=member_count,
        message_count=message_count,
        last_message=last_message,
        large=large,
        by_sms=by_sms,
        history_for=history_for,
        has_past=has_past,
        has_invited=has_invited,
        unopened=unopened,
    )


def chat_patch(
    *,
    title: str | Unset = UNSET,
    topic: str | Unset = UNSET,
    attributes: Mapping[str, Any] | Unset = UNSET,
    state: ChatState | Unset = UNSET,
    state_at: Any = UNSET,
    snoozed_until: Any = UNSET,
    assignee_id: Any = UNSET,
    member_ids: Any = UNSET,
    member_count: int | Unset = UNSET,
    message_count: Any = UNSET,
    last_message: Mapping[str, Any] | Unset = UNSET,
    last_joined_at: Any = UNSET,
    large: Literal[True] | Unset = UNSET,
    recent_posts: Mapping[str, str] | Unset = UNSET,
    awaiting_reply: Any = UNSET,
    by_sms: Literal[True] | Unset = UNSET,
    has_past: Literal[True] | Unset = UNSET,
    has_invited: Literal[True] | Unset = UNSET,
    unopened: Any = UNSET,
    mutual: Literal[True] | Unset = UNSET,
) -> Patch:
    """Return changed fields of a ``Chat``; those typed ``Any`` may be transforms of the store.

    A new message sets no time of its own. A rising indexed value would limit all chats together to
    about 500 writes a second, and lists are ordered by their rows.
    """
    return patch(
        title=title,
        topic=topic,
        attributes=attributes,
        state=state,
        state_at=state_at,
        snoozed_until=snoozed_until,
        assignee_id=assignee_id,
        member_ids=member_ids,
        member_count=member_count,
        message_count=message_count,
        last_message=last_message,
        last_joined_at=last_joined_at,
        large=large,
        recent_posts=recent_posts,
        awaiting_reply=awaiting_reply,
        by_sms=by_sms,
        has_past=has_past,
        has_invited=has_invited,
        unopened=unopened,
        mutual=mutual,
    )


def unopened_patch(uids: Iterable[str], at: Any) -> PathPatch:
    """Note in a ``Chat`` when these members were added; ``at`` may be a transform of the store."""
    return {("unopened", uid): at for uid in uids}


def rang_patch(by: str, at: Any) -> PathPatch:
    """Note in a direct ``Chat`` that one rang the other; ``at`` may be a store's transform."""
    return {("rang", by): at}


def chat_members(fields: Mapping[str, Any]) -> Collection[str]:
    """Return the members listed in a stored ``Chat``; none for a large or unreadable one."""
    members = fields.get("memberIds")
    return members if isinstance(members, list) else ()
