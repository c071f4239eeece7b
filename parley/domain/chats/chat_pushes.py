"""Whom the posts of a chat ring, and what their notifications say. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from parley.domain.chats.chat_rows import is_unread
from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.event_pushes import event_text, rung_by_event
from parley.domain.delivery import push
from schema import ids, limits


def recipients_of_push(state: ChatState, post: Post, members: Sequence[str]) -> list[str]:
    """Return the people to notify: neither the sender nor a dashboard.

    In a group above 1,000 members only people whom the message mentions. Nobody, if there is
    nothing to show: the message was deleted before it was fanned out, or its text is blank.
    """
    if post.message.deleted_at is not None:
        return []
    if post.message.event is not None:
        return rung_by_event(post.message, members)
    if not post.preview:
        return []
    audience = members
    if (state.chat.member_count or 0) > limits.PUSHED_GROUP:
        audience = [member for member in members if member in post.message.mentioned]
    return [
        member
        for member in audience
        if is_unread(state, post, member) and ids.service_of_member(member) is None
    ]


def notification_text(
    state: ChatState, post: Post, sender_name: str, title: str | None
) -> tuple[str, str]:
    """Return title and body; a group shows its title, and the sender's name before the text."""
    if post.message.event is not None:
        return event_text(post.message, sender_name, title)
    if state.chat.kind != "group":
        return sender_name, post.preview
    return title or sender_name, push.preview(f"{sender_name}: {post.preview}")
