"""Find where a derived value differs from what it is derived from, and correct it. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from parley.domain.chats.chat import members_patch
from parley.domain.chats.chat_rows import row
from parley.domain.chats.chat_state import ChatState, Post
from parley.store import Snapshot, Update, UpdatedAt, Write
from schema import ids, paths
from schema.chats import LastMessage, chat_patch
from schema.user_chats import UserChat, row_counts_patch


class DriftKind(StrEnum):
    """What may drift.

    ``UNREAD``: the messages that a row counts. ``ROW_MISSING``: a member has no row.
    ``MESSAGE_COUNT`` and ``LAST_MESSAGE``: the chat's. ``MEMBER_COUNT``: the chat's number and list
    of members. ``BATCH_COUNTS``: a batch's, by its recipients. ``CAMPAIGN_COUNTS``: a campaign's,
    by its batches.
    """

    UNREAD = "unread"
    ROW_MISSING = "rowMissing"
    MESSAGE_COUNT = "messageCount"
    LAST_MESSAGE = "lastMessage"
    MEMBER_COUNT = "memberCount"
    BATCH_COUNTS = "batchCounts"
    CAMPAIGN_COUNTS = "campaignCounts"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference: what the document at ``path`` says, and what it should say."""

    kind: DriftKind
    path: str
    found: Any
    expected: Any


@dataclass(frozen=True, slots=True)
class Found:
    """The drift of one chat or campaign, and the writes of one commit that correct it."""

    drift: list[Drift]
    writes: list[Write]


@dataclass(slots=True)
class Tally:
    """What the messages of a chat that were fanned out add up to.

    ``by_others`` counts, for each member, others' messages since they joined.
    """

    joined: Mapping[str, datetime]
    newest: Post | None = None
    messages: int = 0
    said: int = 0
    by_others: Counter[str] = field(default_factory=Counter)

    def add(self, post: Post) -> None:
        """Count one message, unless a ban kept it from everybody."""
        if post.message.silenced:
            return
        self.messages += 1
        if self.newest is None or post.order > self.newest.order:
            self.newest = post
        if post.message.event is not None:
            return
        self.said += 1
        for member, since in self.joined.items():
            if post.message.sender_id != member and post.message.created_at >= since:
                self.by_others[member] += 1


def chat_drift(
    state: ChatState, tally: Tally, rows: Mapping[str, Snapshot | None], member_count: int
) -> Found:
    """Compare a chat and its rows with its messages and members, all as of one time.

    The commit carries the chat's ``update_time``, so a fan-out or a change in between undoes it.
    """
    path, chat = paths.chat(state.id), state.chat
    found = Found([], [])
    changes = chat_patch(message_count=tally.messages)
    if (chat.message_count or 0) != tally.messages:
        found.drift.append(Drift(DriftKind.MESSAGE_COUNT, path, chat.message_count, tally.messages))
    newest = tally.newest
    last = None if newest is None else newest.last_message()
    if last is not None and _compare_last(path, chat.last_message, last, found):
        changes |= chat_patch(last_message=last)
    members = sorted(tally.joined)
    is_listed = state.is_large or chat.member_ids is None or sorted(chat.member_ids) == members
    if chat.member_count is not None and (chat.member_count != member_count or not is_listed):
        found.drift.append(Drift(DriftKind.MEMBER_COUNT, path, chat.member_count, member_count))
        changes |= members_patch(state, None if state.is_large else members, member_count)
    if last is not None and not state.is_large:
        for member in members:
            _compare_row(state, member, tally, rows.get(member), last, found)
    if found.drift:
        found.writes.insert(0, Update(path, changes, UpdatedAt(state.update_time)))
    return found


def _compare_last(
    path: str, stored: LastMessage | None, expected: Mapping[str, Any], found: Found
) -> bool:
    """Note that a document shows another last message; return whether it does.

    The drift shows no text, only its length and a hash: who mends it need not read chats.
    """
    shown = None if stored is None else stored.fields()
    if shown == expected:
        return False
    told = None if shown is None else _without_text(shown)
    found.drift.append(Drift(DriftKind.LAST_MESSAGE, path, told, _without_text(expected)))
    return True


def _without_text(last: Mapping[str, Any]) -> dict[str, Any]:
    text = str(last["preview"])
    mark = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
    return {**last, "preview": f"{len(text)} characters, {mark}"}


def _compare_row(
    state: ChatState,
    member: str,
    tally: Tally,
    stored: Snapshot | None,
    last: dict[str, Any],
    found: Found,
) -> None:
    path = paths.user_chat(member, state.id)
    expected = tally.by_others[member]
    parsed = UserChat.parse_or_none(stored.fields) if stored is not None else None
    if stored is None:
        found.drift.append(Drift(DriftKind.ROW_MISSING, path, None, expected))
        found.writes.append(row(state, member, last, expected))
        return
    if parsed is None:
        return
    changes: dict[str, Any] = {}
    if _compare_last(path, parsed.last_message, last, found):
        changes |= row_counts_patch(last_message=last, updated_at=last["createdAt"])
    # A dashboard's row begins anew each time that its case is opened, with the messages that
    # opened it, so its count is only bounded.
    is_service = ids.service_of_member(member) is not None
    most = tally.said if is_service else expected
    if not expected <= parsed.message_count <= most:
        found.drift.append(Drift(DriftKind.UNREAD, path, parsed.message_count, expected))
        changes |= row_counts_patch(
            message_count=expected, read_count=min(parsed.read_count, expected)
        )
    if changes:
        found.writes.append(Update(path, changes, UpdatedAt(stored.update_time)))
