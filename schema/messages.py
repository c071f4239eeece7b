"""Messages, their reactions, and the outbox entry that clients write with each message."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

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
from schema.patches import Patch, patch
from schema.reasons import DeadLetterCode, SystemEvent

Via = Literal["sms", "rcs"]
"""How a message came that was not written in an app."""


class Attachment(ClosedDocument):
    """A file in Cloud Storage; ``size`` in bytes."""

    path: AttachmentPath
    content_type: str
    size: Annotated[int, Field(ge=0), MaybeDouble]
    name: str


Attachments = Annotated[list[Attachment], Field(max_length=limits.ATTACHMENTS)]


class Message(Document):
    """``chatMessages/{chatId}/messages/{messageId}``, ordered by (``createdAt``, id).

    ``body`` may be missing beside attachments, in a system message (``event``) and after deletion
    (``deletedAt``). ``attributes`` is JSON text. ``staff_id``: the author behind a dashboard.
    ``via``: the person sent it by SMS. ``sms_job_id``: the job by which it went out as SMS too.
    ``silenced``: a ban took its text away before it was fanned out, so nothing counts it.
    ``targets``: the people of one line ``invited``, if they are too many for a line each.
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
    via: Via | None = None
    sms_job_id: DrawnId | None = None
    edited_at: Time | None = None
    deleted_at: Time | None = None
    silenced: bool | None = None
    campaign_id: DrawnId | None = None
    event: Annotated[SystemEvent, Lax] | None = None
    by: MemberId | None = None
    target: MemberId | None = None
    targets: Annotated[list[MemberId], Field(max_length=limits.MEMBERS_PER_CALL)] | None = None
    value: str | None = None

    @functools.cached_property
    def mentioned(self) -> frozenset[str]:
        """Return the mentioned people, without entries that are not valid uids."""
        return frozenset(filter(ids.is_name, self.mentions or ()))


class Reaction(Document):
    """``.../messages/{messageId}/reactions/{uid}``."""

    emoji: Annotated[str, Length(1, limits.REACTION)]
    created_at: Time


class MessageVersion(Document):
    """``.../messages/{messageId}/versions/{id}``: what a message said until it was changed."""

    body: str | None = None
    attachments: list[dict[str, Any]] | None = None
    until: Time


class MessageQueueEntry(Document):
    """``messageQueue/{chatId}:{messageId}``: exists until the message is fanned out.

    ``shard`` is random, so the index on (``shard``, ``createdAt``) has no hot key. ``given_up``:
    the code of the dead letter.
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
    attachments: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return the fields that a campaign's ``Message``s share; ``message_text`` adds the text.

    ``created_at`` may be a store's transform.
    """
    fields: dict[str, Any] = {
        "senderId": ids.service_member(service_id),
        "campaignId": campaign_id,
        "createdAt": created_at,
    }
    if attachments:
        fields["attachments"] = attachments
    return fields


def message_text(*, body: str | None, title: str | None) -> dict[str, Any]:
    """Return the text of a ``Message`` whose other fields are shared."""
    said = {"body": body} if body else {}
    return said if title is None else {"title": title} | said


def system_message_fields(
    *,
    event: SystemEvent | str,
    created_at: Any,
    by: str | None = None,
    target: str | None = None,
    targets: list[str] | None = None,
    value: str | None = None,
) -> dict[str, Any]:
    """Return a system ``Message``, which is never unread.

    ``value``: a new title or role, or when a mute ends, in ISO 8601.
    """
    return present(
        sender_id=ids.SYSTEM_SENDER,
        event=str(event),
        created_at=created_at,
        by=by,
        target=target,
        targets=targets,
        value=value,
    )


def version_fields(message: Mapping[str, Any], *, until: Any) -> dict[str, Any]:
    """Return the ``MessageVersion`` of a message's stored fields."""
    return present(body=message.get("body"), attachments=message.get("attachments"), until=until)


def texted_message_fields(
    *, sender_id: str, body: str, created_at: Any, via: Via
) -> dict[str, Any]:
    """Return the ``Message`` that a person sent by SMS."""
    return {"senderId": sender_id, "body": body, "createdAt": created_at, "via": via}


def sent_by_sms_patch(*, sms_job_id: str) -> Patch:
    """Return changed fields of a ``Message`` that goes out as SMS too."""
    return patch(sms_job_id=sms_job_id)


def only_marks_sms(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether a write of a ``Message`` did no more than name its SMS job."""
    mark = sent_by_sms_patch(sms_job_id="")
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return bool(changed) and changed <= mark.keys()


def queue_entry_fields(
    *, chat_id: str, message_id: str, sender_id: str, created_at: Any
) -> dict[str, Any]:
    """Return a server's ``MessageQueueEntry``; the message's id determines its shard."""
    return {
        "chatId": chat_id,
        "messageId": message_id,
        "senderId": sender_id,
        "createdAt": created_at,
        "shard": zlib.crc32(message_id.encode()) % limits.INBOX_SHARDS,
    }


def silenced_patch(*, at: Any, removed: Any, is_counted: bool) -> Patch:
    """Return a ``Message`` as after its deletion; ``removed`` is the store's mark for a field.

    ``is_counted``: it was fanned out before, so chat and rows count it.
    """
    text = patch(
        deleted_at=at, body=removed, attachments=removed, mentions=removed, attributes=removed
    )
    return text if is_counted else text | patch(silenced=True)


def queue_entry_patch(*, given_up: DeadLetterCode) -> Patch:
    """Return changed fields of a ``MessageQueueEntry``, whose queue message was dead-lettered."""
    return patch(given_up=str(given_up))
