"""Mute people who post too fast, and hold members of a group to its slow mode. Pure.

The rules let nobody post whose ``mutedUntil`` is ahead. A mute is never shortened, and nobody who
left is made a member again: the write carries the member's ``update_time``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from parley.domain.chats.chat_rows import row
from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.post_paces import PostPaces, is_counted
from parley.domain.chats.system_lines import system_last_message
from parley.store import SERVER_TIME, Increment, Set, Snapshot, Update, UpdatedAt, Write
from schema import paths
from schema.chats import chat_patch
from schema.memberships import Member, member_patch
from schema.messages import system_message_fields
from schema.reasons import SystemEvent


@dataclass(frozen=True, slots=True)
class Muting:
    """The writes, the ids of the system messages among them, and who is no member any more."""

    writes: list[Write] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def slow_mode(state: ChatState, paces: PostPaces) -> int:
    """Return the seconds between two posts of a member; 0 without slow mode."""
    chosen = state.chat.slow_mode_seconds
    if state.chat.kind != "group":
        return 0
    return paces.slow_mode_seconds if chosen is None else chosen


def by_sender(posts: Iterable[Post]) -> dict[str, list[Post]]:
    """Return the posts that are held against their senders, by sender."""
    found: dict[str, list[Post]] = {}
    for post in posts:
        if is_counted(post):
            found.setdefault(post.message.sender_id, []).append(post)
    return found


def mute(
    chat_id: str,
    members: Mapping[str, Snapshot | None],
    floods: Mapping[str, str],
    mute_end: datetime,
    slow_posts: Mapping[str, Sequence[Post]],
    seconds: int,
    now: datetime,
) -> Muting:
    """Return how to mute these members; only who floods is told, by a line in the chat.

    ``floods``: by person, what names the message that was one too many.
    """
    muting = Muting()
    for uid, snapshot in members.items():
        if snapshot is None:
            muting.gone.append(uid)
            continue
        member = Member.parse_or_none(snapshot.fields)
        if member is None:
            continue
        before = max(now, member.muted_until or now)
        until = before
        if member.role == "member" and uid in slow_posts:
            until = max(until, _slowed_until(member.muted_until, slow_posts[uid], seconds))
        if uid in floods and mute_end > before:
            until = max(until, mute_end)
            muting.lines.append(f"muted:{floods[uid]}")
            muting.writes.append(_line(chat_id, muting.lines[-1], uid, until))
        if until > before:
            patch = member_patch(muted_until=until)
            muting.writes.append(Update(snapshot.path, patch, UpdatedAt(snapshot.update_time)))
    return muting


def show_lines(state: ChatState, note: Mapping[str, str], lines: Sequence[str]) -> list[Write]:
    """Return how chat and rows show lines that come without a post, and note who is muted."""
    last = system_last_message(lines[-1])
    patch = chat_patch(last_message=last, message_count=Increment(len(lines)), recent_posts=note)
    writes: list[Write] = [Update(paths.chat(state.id), patch, UpdatedAt(state.update_time))]
    if not state.is_large:
        writes += [row(state, member, last, 0) for member in state.members]
    return writes


def _slowed_until(muted_until: datetime | None, posts: Sequence[Post], seconds: int) -> datetime:
    """Return when a member may post again.

    Each post takes its time, so that many at once, which were accepted before the first of them
    was seen here, gain nothing.
    """
    until = muted_until or datetime.min.replace(tzinfo=UTC)
    for post in sorted(posts, key=lambda post: post.order):
        until = max(until, post.message.created_at) + timedelta(seconds=seconds)
    return until


def _line(chat_id: str, message_id: str, uid: str, until: datetime) -> Write:
    """Return the system message; no client can draw its id, which holds a colon."""
    fields = system_message_fields(
        event=SystemEvent.MUTED,
        created_at=SERVER_TIME,
        target=uid,
        value=until.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )
    return Set(paths.message(chat_id, message_id), fields)
