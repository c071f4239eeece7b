"""Fan-out on write of one chat's messages: the writes, and the people to notify.

Pure. The commit carries the chat's ``update_time`` and deletes each message's ``messageQueue``
document with a must-exist precondition, so it is applied once and in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parley.domain.campaigns.answers import find_answers
from parley.domain.chats.case_opening import opening_of_case
from parley.domain.chats.chat_rows import rows
from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.system_lines import system_last_message
from parley.store import (
    DELETE_FIELD,
    MUST_EXIST,
    SERVER_TIME,
    Delete,
    Increment,
    Update,
    UpdatedAt,
    Write,
)
from schema import ids, paths
from schema.chats import chat_patch, last_message
from schema.patches import UNSET, Unset


def fan_out(
    state: ChatState,
    posts: Sequence[Post],
    *,
    note: Mapping[str, str] | Unset = UNSET,
    lines: Sequence[str] = (),
) -> list[Write]:
    """Return the commit that fans out these distinct messages.

    The commit that wrote a system message already updated chat and rows. It is queued only for its
    push, so only its fence is deleted. ``note``: who posted lately. ``lines``: the ids of system
    messages that come in this commit, after the posts.
    """
    fences: list[Write] = [
        Delete(paths.message_queue(state.id, post.id), MUST_EXIST) for post in posts
    ]
    posts = [post for post in posts if post.message.event is None]
    if not posts:
        return fences
    newest = max(posts, key=lambda post: post.order)
    last = system_last_message(lines[-1]) if lines else _last_of(state, newest)
    members = state.members
    opens = _opens_case(state)

    patch = chat_patch(
        last_message=last,
        message_count=Increment(len(posts) + len(lines)),
        recent_posts=note,
        mutual=True if _becomes_mutual(state, posts) else UNSET,
    )
    if opens:
        dashboard = ids.service_member(state.service_id)
        members = [*members, dashboard] if dashboard not in members else members
        patch |= chat_patch(state="open", state_at=SERVER_TIME, snoozed_until=DELETE_FIELD)
    if not state.is_large and members != (state.chat.member_ids or []):
        patch |= chat_patch(member_ids=members, member_count=len(members))

    sent = ((post.message.sender_id, post.message.created_at) for post in posts)
    answers = find_answers(state.id, state.chat, sent)
    if answers is not None:
        patch |= chat_patch(awaiting_reply=answers.left)

    writes = [
        *fences,
        Update(paths.chat(state.id), patch, UpdatedAt(state.update_time)),
        *(answers.marks if answers is not None else ()),
    ]
    if opens:
        writes += opening_of_case(state.id, state.chat, newest.id, newest.message)
    if not state.is_large:
        writes += rows(state, members, last, posts)
    return writes


def refresh_last_message(state: ChatState, changed: Post) -> list[Write]:
    """Show an edited or deleted message in chat and rows, if it is the last message.

    Return no writes if the chat already shows the change, so events that arrive twice, late or out
    of order converge on the same documents.
    """
    shown = state.chat.last_message
    if shown is None or shown.id != changed.id:
        return []
    if shown.preview == changed.preview:
        return []
    last = changed.last_message()
    writes: list[Write] = [
        Update(
            paths.chat(state.id),
            chat_patch(last_message=last, message_count=Increment(0)),
            UpdatedAt(state.update_time),
        )
    ]
    if not state.is_large:
        writes += rows(state, state.members, last, ())
    return writes


def _last_of(state: ChatState, newest: Post) -> dict[str, Any]:
    """Return the chat's last message after this post; a later one that it already shows stays."""
    shown = state.chat.last_message
    if shown is None or newest.order > (shown.created_at, shown.id):
        return newest.last_message()
    return last_message(**shown.model_dump())


def _becomes_mutual(state: ChatState, posts: Sequence[Post]) -> bool:
    """Return whether both people of a direct chat have written now, by these posts and the last."""
    if state.chat.kind != "direct" or state.chat.mutual:
        return False
    people = ids.parse_chat_id(state.id).uids
    shown = state.chat.last_message
    senders = {post.message.sender_id for post in posts}
    if shown is not None:
        senders.add(shown.sender_id)
    return senders.issuperset(people)


def _opens_case(state: ChatState) -> bool:
    if state.chat.kind != "case":
        return False
    is_open = state.chat.state == "open" and ids.service_member(state.service_id) in state.members
    return not is_open
