"""Read the members whom posts may concern, with the times at which they joined.

Groups of up to 100 list their members in the chat. Up to 1,000, the members are read, and
remembered for a minute. Above that, only mentioned members are looked up, so no cost grows with
the group.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from parley.domain.chats.chat_state import ChatState, Post
from parley.services.delivery.members_of_large_groups import MembersOfLargeGroups
from parley.services.delivery.opened_chats import OpenedChats
from parley.store import Snapshot, Store
from schema import limits, paths


async def with_members(
    store: Store,
    large_groups: MembersOfLargeGroups,
    opened: OpenedChats,
    state: ChatState,
    posts: Sequence[Post],
) -> tuple[ChatState, list[str]]:
    """Return the members whom these posts may ring, and the chat with joining times."""
    if not state.is_large:
        state = await with_joined_times(store, state, posts)
        return state, await opened.among(state, state.members)
    reads_joined = state.has_later_members(posts)
    select = ("unopened", "joinedAt") if reads_joined else ("unopened",)
    said = [post for post in posts if post.message.event is None]
    found: Sequence[Snapshot | None]
    if said and (state.chat.member_count or 0) <= limits.PUSHED_GROUP:
        found = await large_groups.of(state)
    else:
        named = {uid for post in said for uid in post.message.mentioned}
        named |= {post.message.target for post in posts if post.message.target is not None}
        found = await store.get_many(
            [paths.chat_member(state.id, uid) for uid in sorted(named)], select=select
        )
    members = [snapshot.id for snapshot in found if snapshot is not None]
    if reads_joined:
        state = dataclasses.replace(state, joined=_joined_times(found))
    rung = await opened.among(state, members, found)
    large_groups.note_opened(state.id, rung)
    return state, rung


async def with_joined_times(store: Store, state: ChatState, posts: Iterable[Post]) -> ChatState:
    """Return a small chat with joining times, if a post is older than the last join."""
    if state.is_large or state.joined or not state.has_later_members(posts):
        return state
    members = [paths.chat_member(state.id, member) for member in state.members]
    found = await store.get_many(members, select=("joinedAt",))
    return dataclasses.replace(state, joined=_joined_times(found))


def _joined_times(members: Iterable[Snapshot | None]) -> dict[str, datetime]:
    """Return the joining times of members, as far as they were read."""
    return {
        member.id: member.fields["joinedAt"]
        for member in members
        if member is not None and "joinedAt" in member.fields
    }
