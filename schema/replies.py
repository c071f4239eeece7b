"""Replies to campaigns: who is awaited in a chat, and marks of replies on their way to the ledger.

A campaign's commit leaves in the chat what to mark when its person answers, so that the fan-out of
the answer needs no read for it. ``campaignStatus/{campaignId}/replies/{batchId}`` holds the marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schema import limits
from schema.base import Document, Time
from schema.patches import PathPatch

AWAITING_REPLY = "awaitingReply"
"""The field of a ``Chat`` with an ``AwaitedReply`` for each campaign, by the campaign's id."""


class AwaitedReply(Document):
    """A campaign that awaits an answer in this chat: the person's batch, the message's time."""

    batch_id: str
    at: Time


class ReplyMarks(Document):
    """Who of a batch has answered, by uid: the times of their answers; the server's alone.

    The document exists until its marks are in the ledger.
    """

    people: dict[str, Time]


def awaited_replies(
    fields: Mapping[str, Any], name: str = AWAITING_REPLY
) -> dict[str, dict[str, Any]]:
    """Return the readable entries of a document's awaited replies, by campaign id."""
    held = fields.get(name)
    return {
        campaign_id: entry
        for campaign_id, entry in (held.items() if isinstance(held, Mapping) else ())
        if _is_readable(entry)
    }


def _is_readable(entry: Any) -> bool:
    """Return whether an entry is an ``AwaitedReply``, without the cost of building one."""
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("batchId"), str)
        and isinstance(entry.get("at"), datetime)
    )


def awaits_reply(campaign_id: str, batch_id: str, at: Any) -> dict[str, Any]:
    """Return the part of a chat's awaited replies that all people of a batch share."""
    return {AWAITING_REPLY: {campaign_id: {"batchId": batch_id, "at": at}}}


def still_awaited(campaign_id: str, earlier: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the other part: the latest of the campaigns that awaited a reply before."""
    others = sorted(
        (name for name in earlier if name != campaign_id),
        key=lambda name: (earlier[name]["at"], name),
        reverse=True,
    )
    kept = {name: dict(earlier[name]) for name in others[: limits.AWAITED_REPLIES - 1]}
    return {AWAITING_REPLY: kept} if kept else {}


def awaited_fields(awaited: Mapping[str, AwaitedReply]) -> dict[str, dict[str, Any]]:
    """Return the awaited replies of a ``Chat`` as stored."""
    return {campaign_id: entry.fields() for campaign_id, entry in awaited.items()}


def reply_marks(people: Mapping[str, datetime]) -> PathPatch:
    """Return a partial write of ``ReplyMarks`` that adds these people."""
    return {("people", uid): at for uid, at in people.items()}
