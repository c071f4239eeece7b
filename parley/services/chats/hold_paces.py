"""Mute people who post too fast, and hold groups to their slow mode, as their posts are fanned out.

Nothing is read for it, but the member of whom something is to be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from parley.domain.chats.fan_out import ChatState, Post
from parley.domain.chats.muting import by_sender, mute, slow_mode
from parley.domain.chats.post_paces import count_posts
from parley.domain.ports import Clock
from parley.services.chats.post_limits import PostLimits
from parley.store import Store, Write
from schema import limits, paths
from schema.patches import UNSET, Unset

_MUTE: Final = timedelta(seconds=limits.FLOOD_MUTE_SECONDS)


@dataclass(frozen=True, slots=True)
class Held:
    """What belongs into the commit of the posts.

    ``note``: who posted lately, unset if that did not change. ``lines``: the ids of the system
    messages among ``writes``.
    """

    note: dict[str, str] | Unset = UNSET
    lines: Sequence[str] = ()
    writes: list[Write] = field(default_factory=list)


class HoldPaces:
    """Decides what the posts of one commit mean for their senders."""

    def __init__(self, *, store: Store, post_limits: PostLimits, clock: Clock) -> None:
        self._store = store
        self._limits = post_limits
        self._clock = clock

    async def hold(self, state: ChatState, posts: Sequence[Post]) -> Held:
        """Count posts that this commit takes off the queue, and mute who is over a limit."""
        paces = await self._limits.of(state.service_id)
        now = self._clock.now()
        mute_end = now + _MUTE
        before = state.chat.recent_posts or {}
        count = count_posts(before, posts, paces, now, mute_end)
        seconds = slow_mode(state, paces)
        slow_posts = by_sender(posts) if seconds else {}
        note = UNSET if count.note == before else count.note
        concerned = sorted({*count.floods, *slow_posts})
        if not concerned:
            return Held(note)
        found = await self._store.get_many([paths.chat_member(state.id, uid) for uid in concerned])
        members = dict(zip(concerned, found, strict=True))
        muting = mute(state.id, members, count.floods, mute_end, slow_posts, seconds, now)
        for uid in muting.gone:
            count.note.pop(uid, None)
        return Held(count.note, muting.lines, muting.writes)
