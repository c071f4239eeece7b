"""Mute people who post too fast, and hold groups to their slow mode, as their posts are fanned out.

Nothing is read for it, but the member of whom something is to be written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.muting import by_sender, mute, slow_mode
from parley.domain.chats.post_paces import (
    Edit,
    PostPaces,
    count_posts,
    edit_floods,
    is_noted_muted,
    microseconds,
    muted_note,
)
from parley.domain.chats.recent_acts import Act, RecentActs
from parley.domain.ports import Clock
from parley.services.chats.post_limits import PostLimits
from parley.store import Snapshot, Store, Write
from schema import ids, limits, paths
from schema.patches import UNSET, Unset

_MUTE: Final = timedelta(seconds=limits.FLOOD_MUTE_SECONDS)


@dataclass(frozen=True, slots=True)
class Held:
    """What belongs into the commit of the posts.

    ``note``: who posted lately, unset if that did not change. ``lines``: the ids of the system
    messages among ``writes``. ``scattered``: people who write to too many chats at once.
    """

    note: dict[str, str] | Unset = UNSET
    lines: Sequence[str] = ()
    writes: list[Write] = field(default_factory=list)
    scattered: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Counted:
    """Posts that were counted. ``concerned``: the people of whom something may be written."""

    note: dict[str, str] | Unset
    counted: dict[str, str]
    floods: Mapping[str, Post]
    slow_posts: Mapping[str, Sequence[Post]]
    slow_seconds: int
    concerned: list[str]
    scattered: Collection[str]


class HoldPaces:
    """Decides what posts and edits mean for who wrote them.

    One instance a process: it remembers the edits of the last minute, which no chat notes, and what
    each person did over all chats.
    """

    def __init__(self, *, store: Store, post_limits: PostLimits, clock: Clock) -> None:
        self._store = store
        self._limits = post_limits
        self._clock = clock
        self._recent = RecentActs()

    async def hold(self, state: ChatState, posts: Sequence[Post]) -> Held:
        """Count posts that this commit takes off the queue, and mute who is over a limit."""
        now = self._clock.now()
        count = self._count(state, posts, await self._limits.of(state.service_id), now)
        if not count.concerned:
            return Held(count.note)
        members = await self._members(state, count.concerned)
        floods = {uid: post.id for uid, post in count.floods.items()}
        mute_end = now + _MUTE
        muting = mute(
            state.id, members, floods, mute_end, count.slow_posts, count.slow_seconds, now
        )
        note = dict(count.counted)
        for uid in muting.gone:
            note.pop(uid, None)
        return Held(note, muting.lines, muting.writes, count.scattered)

    def count(
        self, state: ChatState, posts: Sequence[Post], paces: PostPaces
    ) -> dict[str, str] | Unset | None:
        """Count posts as ``hold`` does; return the note, None if somebody may have to be muted."""
        count = self._count(state, posts, paces, self._clock.now())
        return None if count.concerned else count.note

    def _count(
        self, state: ChatState, posts: Sequence[Post], paces: PostPaces, now: datetime
    ) -> _Counted:
        mute_end = now + _MUTE
        before = state.chat.recent_posts or {}
        authors = by_sender(posts)
        count = count_posts(before, posts, paces, now, mute_end)
        self._recent.keep(
            [
                Act(uid, state.id, post.id, microseconds(post.message.created_at), state.rows)
                for uid, some in authors.items()
                for post in some
            ]
        )
        scattered: set[str] = set()
        for uid, some in authors.items():
            newest = max(some, key=lambda post: post.order)
            if not is_noted_muted(count.note, uid, newest.message.created_at) and (
                self._recent.is_too_much(uid, paces, now)
            ):
                scattered.add(uid)
                count.floods[uid] = newest
                count.note[uid] = muted_note(mute_end)
        seconds = slow_mode(state, paces)
        slow_posts = authors if seconds else {}
        return _Counted(
            note=UNSET if count.note == before else count.note,
            counted=count.note,
            floods=count.floods,
            slow_posts=slow_posts,
            slow_seconds=seconds,
            concerned=sorted({*count.floods, *slow_posts}),
            scattered=scattered,
        )

    async def hold_edits(self, state: ChatState, edits: Sequence[Edit]) -> Held:
        """Count edits, each of them once, and mute who is over a limit."""
        paces = await self._limits.of(state.service_id)
        now = self._clock.now()
        mute_end = now + _MUTE
        note = dict(state.chat.recent_posts or {})
        edits_of: dict[str, list[Edit]] = {}
        for edit in edits:
            if ids.service_of_member(edit.editor) is None:
                edits_of.setdefault(edit.editor, []).append(edit)
        floods: dict[str, str] = {}
        for uid, some in edits_of.items():
            newest = max(some, key=lambda edit: edit.at)
            fresh = [microseconds(edit.at) for edit in some]
            before = self._recent.edits(state.id, uid)
            is_flood = edit_floods(note, uid, fresh, before, paces, now)
            self._recent.keep(
                [
                    Act(uid, state.id, edit.name, at, state.rows, is_edit=True)
                    for edit, at in zip(some, fresh, strict=True)
                ]
            )
            if is_flood or (
                not is_noted_muted(note, uid, newest.at)
                and self._recent.is_too_much(uid, paces, now)
            ):
                floods[uid] = newest.name
                note[uid] = muted_note(mute_end)
        if not floods:
            return Held()
        members = await self._members(state, sorted(floods))
        muting = mute(state.id, members, floods, mute_end, {}, 0, now)
        return Held(note, muting.lines, muting.writes)

    async def _members(self, state: ChatState, uids: Sequence[str]) -> dict[str, Snapshot | None]:
        found = await self._store.get_many([paths.chat_member(state.id, uid) for uid in uids])
        return dict(zip(uids, found, strict=True))
