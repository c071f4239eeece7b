"""Post an inbound SMS into its person's case chat, as a client would post a message. Pure.

The message and its outbox entry come in one commit, so the message worker does the rest: it opens
the case, counts, pushes and marks answers to campaigns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from parley.domain.delivery.inbound_sms import InboundMedia, InboundSms
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, Snapshot, Update, UpdatedAt, Write
from schema import ids, limits, paths
from schema.chats import Chat, chat_fields, chat_patch
from schema.memberships import Member, member_fields
from schema.messages import Via, queue_entry_fields, texted_message_fields
from schema.visible import is_blank

_MEDIA_TYPES = 10
"""Twilio sends up to ten files with a message."""


def text_of(inbound: InboundSms) -> str:
    """Return the text that is shown for an SMS; a file is a line with its type, never fetched."""
    body = "" if is_blank(inbound.body) else inbound.body
    lines = [body[: limits.CHAT_BODY // 2], *_media_lines(inbound.media)]
    return "\n".join(line for line in lines if line) or "(empty SMS)"


def _media_lines(media: Sequence[InboundMedia]) -> list[str]:
    count = len(media)
    return [
        f"[attachment {number} of {count}: {one.content_type[:100] or 'unknown type'}]"
        for number, one in enumerate(media[:_MEDIA_TYPES], start=1)
    ]


def may_post(member: Snapshot | None, now: datetime) -> bool:
    """Return whether a person may post into their case; staff may have muted them."""
    known = None if member is None else Member.parse_or_none(member.fields)
    return known is None or known.may_post(now)


def post_text(
    uid: str,
    service_id: str,
    chat: Snapshot | None,
    *,
    message_id: str,
    body: str,
    via: Via,
    service_name: str,
) -> list[Write]:
    """Return the message with its outbox entry, in a new case chat if the person has none.

    A new case is closed like one of a campaign; the message opens it. The chat notes that its
    person writes by SMS. Neither message nor entry may exist.
    """
    chat_id = ids.case_chat_id(uid, service_id)
    writes: list[Write] = [
        Set(
            paths.message(chat_id, message_id),
            texted_message_fields(sender_id=uid, body=body, created_at=SERVER_TIME, via=via),
            MUST_NOT_EXIST,
        ),
        Set(
            paths.message_queue(chat_id, message_id),
            queue_entry_fields(
                chat_id=chat_id, message_id=message_id, sender_id=uid, created_at=SERVER_TIME
            ),
            MUST_NOT_EXIST,
        ),
    ]
    if chat is None:
        writes += _new_case(chat_id, uid, service_id, service_name)
    elif not Chat.parse(chat.fields).by_sms:
        writes.append(Update(chat.path, chat_patch(by_sms=True), UpdatedAt(chat.update_time)))
    return writes


def _new_case(chat_id: str, uid: str, service_id: str, service_name: str) -> list[Write]:
    fields = chat_fields(
        service_id=service_id,
        kind="case",
        created_by=uid,
        created_at=SERVER_TIME,
        state="closed",
        title=service_name,
        member_ids=[uid],
        member_count=1,
        message_count=0,
        by_sms=True,
    )
    member = member_fields(role="member", joined_at=SERVER_TIME)
    return [
        Set(paths.chat(chat_id), fields, MUST_NOT_EXIST),
        Set(paths.chat_member(chat_id, uid), member, MUST_NOT_EXIST),
    ]
