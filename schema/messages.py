"""Messages, their reactions, and the outbox that every message of a client is written with."""

from __future__ import annotations

import functools
import zlib
from typing import Annotated, Any

from pydantic import Field

from schema import ids, limits
from schema.base import (
    AttachmentPath,
    Body,
    ClosedDocument,
    Document,
    DrawnId,
    Lax,
    Length,
    MaybeDouble,
    MemberId,
    Sender,
    Time,
    Title,
    Uid,
    present,
)
from schema.reasons import DeadLetterCode, SystemEvent


class Attachment(ClosedDocument):
    """A file in Cloud Storage; ``size`` in bytes."""

    path: AttachmentPath
    content_type: str
    size: Annotated[int, Field(ge=0), MaybeDouble]
    name: str


Attachments = Annotated[list[Attachment], Field(max_length=limits.ATTACHMENTS)]


class Message(Document):
    """``chatMessages/{chatId}/messages/{messageId}``, ordered by (``createdAt``, id).

    ``body`` may be missing beside attachments, in a system message (``event``) and after a delete
    (``deletedAt``). ``attributes`` is JSON in a string. ``staff_id``: who wrote for a dashboard.
    """

    sender_id: Sender
    created_at: Time
    body: Body | None = None
    title: Title | None = None
    attachments: Attachments | None = None
    reply_to: str | None = None
    mentions: Annotated[list[str], Field(max_length=limits.MENTIONS)] | None = None
    attributes: Annotated[str, Length(0, limits.MESSAGE_ATTRIBUTES)] | None = None
    staff_id: Uid | None = None
    edited_at: Time | None = None
    deleted_at: Time | None = None
    campaign_id: DrawnId | None = None
    event: Annotated[SystemEvent, Lax] | None = None
    by: MemberId | None = None
    target: MemberId | None = None
    value: str | None = None

    @functools.cached_property
    def mentioned(self) -> frozenset[str]:
        """The people whom it mentions; a name that can be nobody's is passed over."""
        return frozenset(filter(ids.is_name, self.mentions or ()))


class Reaction(Document):
    """``.../messages/{messageId}/reactions/{uid}``."""

    emoji: Annotated[str, Length(1, limits.REACTION)]
    created_at: Time


class MessageQueueEntry(Document):
    """``messageQueue/{chatId}:{messageId}``: it stands until the message is fanned out.

    ``shard`` is drawn at random, so that sweeping by (``shard``, ``createdAt``) heats no one key.
    ``given_up``: its queue message was parked, with this code.
    """

    chat_id: str
    message_id: DrawnId
    sender_id: Sender
    created_at: Time
    shard: Annotated[int, Field(ge=0, lt=limits.INBOX_SHARDS), MaybeDouble]
    given_up: Annotated[DeadLetterCode, Lax] | None = None


def campaign_message_fields(
    *,
    service_id: str,
    campaign_id: str,
    created_at: Any,
    title: str | None = None,
    attachments: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """What a campaign's ``Message``s share, from the dashboard; ``message_body`` is each one's own.

    ``created_at`` may be a store's transform.
    """
    fields: dict[str, Any] = {
        "senderId": ids.service_member(service_id),
        "campaignId": campaign_id,
        "createdAt": created_at,
    }
    if title is not None:
        fields["title"] = title
    if attachments:
        fields["attachments"] = attachments
    return fields


def message_body(text: str) -> dict[str, Any]:
    """The text of a ``Message``, where all else is shared with others; none beside attachments."""
    return {"body": text} if text else {}


def system_message_fields(
    *,
    event: SystemEvent | str,
    created_at: Any,
    by: str | None = None,
    target: str | None = None,
    value: str | None = None,
) -> dict[str, Any]:
    """A system ``Message``: it counts for nobody's unread. ``value``: a new title or role."""
    return present(
        sender_id=ids.SYSTEM_SENDER,
        event=str(event),
        created_at=created_at,
        by=by,
        target=target,
        value=value,
    )


def queue_entry_fields(
    *, chat_id: str, message_id: str, sender_id: str, created_at: Any
) -> dict[str, Any]:
    """A ``MessageQueueEntry`` of the server's own; its shard follows from the message's id."""
    return {
        "chatId": chat_id,
        "messageId": message_id,
        "senderId": sender_id,
        "createdAt": created_at,
        "shard": zlib.crc32(message_id.encode()) % limits.INBOX_SHARDS,
    }
