"""The rows of a chat in the lists of its members. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from parley.domain.chats.case_rows import case_row
from parley.domain.chats.chat_state import ChatState, Post
from parley.store import (
    Increment,
    Merge,
    Overlay,
    Write,
)
from schema import ids, paths
from schema.user_chats import like_row_fields, own_row_fields, row_fields

_FEW = 3
"""Rows up to which they are encoded one by one."""


def rows(
    state: ChatState,
    members: Sequence[str],
    last: dict[str, Any],
    posts: Sequence[Post],
) -> list[Write]:
    """Return the rows of all members; complete, since that of a returning dashboard is new.

    Most rows of a group are alike, and the store encodes what is one object once.
    """
    if state.joined:
        by_others = {
            member: sum(is_unread(state, post, member) for post in posts) for member in members
        }
    else:
        own = Counter(post.message.sender_id for post in posts)
        by_others = {member: len(posts) - own[member] for member in members}
    if state.chat.kind == "direct" and state.chat.title is None:
        return [_direct_row(state, member, last, by_others[member]) for member in members]
    if len(members) <= _FEW or state.chat.kind == "direct":
        return [row(state, member, last, by_others[member]) for member in members]
    alike: dict[tuple[int, bool], Overlay] = {}
    writes: list[Write] = []
    for member in members:
        # Only a direct chat shows each of its people another title.
        is_service = ids.service_of_member(member) is not None
        kind = by_others[member], is_service
        fields = alike.get(kind)
        if fields is None:
            shared = row(state, member, last, by_others[member])
            fields = alike[kind] = Overlay(cast(Mapping[str, Any], shared.fields))
        writes.append(Merge(paths.user_chat(member, state.id), fields))
    return writes


def row(
    state: ChatState,
    member: str,
    last: dict[str, Any],
    by_others: int,
    *,
    is_large: bool = False,
) -> Merge:
    """Return a member's row after ``by_others`` more messages; complete, so it can be created.

    The time of ``last`` is its place in the list, even if the message is edited later.
    ``is_large``: the chat becomes large in this commit.
    """
    return Merge(
        paths.user_chat(member, state.id),
        row_fields(
            service_id=state.service_id,
            kind=state.chat.kind,
            title=_title(state, member),
            other_uid=_other_uid(state, member),
            last_message=last,
            message_count=Increment(by_others),
            read_count=Increment(0),
            large=True if is_large else None,
        )
        | case_row(state.chat, member, last, by_others),
    )


def _direct_row(state: ChatState, member: str, last: dict[str, Any], by_others: int) -> Merge:
    """Return what ``row`` does, as an overlay: the store encodes once what many chats share."""
    first, second = ids.parse_chat_id(state.id).uids
    own = own_row_fields(last_message=last, other_uid=second if member == first else first)
    return Merge(
        paths.user_chat(member, state.id), Overlay(_alike(state.service_id, by_others), own)
    )


@lru_cache(maxsize=256)
def _alike(service_id: str, by_others: int) -> dict[str, Any]:
    return like_row_fields(
        service_id=service_id,
        kind="direct",
        message_count=Increment(by_others),
        read_count=Increment(0),
    )


def is_unread(state: ChatState, post: Post, member: str) -> bool:
    """Return whether a post counts as unread for a member."""
    return post.message.sender_id != member and state.is_news(post, member)


def _title(state: ChatState, member: str) -> str | None:
    """Return the row's title; a dashboard has none, since it shows the person."""
    return None if ids.service_of_member(member) is not None else state.chat.title


def _other_uid(state: ChatState, member: str) -> str | None:
    """Return the uid whose profile represents the chat in this member's list."""
    people = ids.parse_chat_id(state.id).uids
    if state.chat.kind == "direct":
        first, second = people
        return second if member == first else first
    return people[0] if ids.service_of_member(member) is not None and people else None
