"""Fan-out on write of one chat's messages: the writes, and the people to notify.

Pure. The commit carries the chat's ``update_time`` and deletes each message's ``messageQueue``
document with a must-exist precondition, so it is applied once and in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from parley.domain.campaigns.answers import find_answers
from parley.domain.chats.case_opening import opening_of_case
from parley.domain.chats.case_rows import case_row
from parley.domain.chats.event_pushes import event_text, rung_by_event
from parley.domain.chats.system_lines import system_last_message
from parley.domain.delivery import push
from parley.store import (
    DELETE_FIELD,
    MUST_EXIST,
    SERVER_TIME,
    Delete,
    Increment,
    Merge,
    Update,
    UpdatedAt,
    Write,
)
from schema import ids, limits, paths
from schema.chats import Chat, chat_patch, last_message, row_fields
from schema.messages import Message
from schema.patches import UNSET, Unset


@dataclass(frozen=True, slots=True)
class Post:
    """A stored message to fan out."""

    id: str
    message: Message

    @property
    def order(self) -> tuple[datetime, str]:
        """The sort key of messages in a chat."""
        return (self.message.created_at, self.id)

    @property
    def speaker(self) -> str:
        """The member named in a notification: the sender, or the actor of a system message."""
        return self.message.by or self.message.sender_id

    @property
    def preview(self) -> str:
        """The text shown in rows and notifications."""
        return push.preview(self.message.body, len(self.message.attachments or ()))

    def last_message(self) -> dict[str, Any]:
        """This message as a chat's and a row's ``lastMessage``."""
        return last_message(
            id=self.id,
            sender_id=self.message.sender_id,
            preview=self.preview,
            created_at=self.message.created_at,
        )


@dataclass(frozen=True, slots=True)
class ChatState:
    """A chat as read, with the ``update_time`` that fences its commits.

    ``joined``: the joining times of members, as far as they were read.
    """

    id: str
    chat: Chat
    update_time: datetime
    joined: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def service_id(self) -> str:
        """The service the chat belongs to."""
        return self.chat.service_id

    @property
    def members(self) -> list[str]:
        """The members listed in the chat; empty for a large chat.

        A direct chat created by a client lists none; its id names them.
        """
        if self.chat.member_ids is not None:
            return list(self.chat.member_ids)
        return list(ids.parse_chat_id(self.id).uids)

    def may_have(self, member: str) -> bool:
        """Return whether somebody may be a member, as far as the chat itself tells."""
        listed = self.chat.member_ids
        return listed is None or member in listed

    @property
    def is_large(self) -> bool:
        """Whether the chat ever had more than 100 members; its rows are no longer rewritten."""
        return bool(self.chat.large)

    @property
    def rows(self) -> int:
        """What a post costs in it, as a number of rows; a large chat counts as one of 100."""
        return limits.SMALL_GROUP if self.is_large else len(self.members)

    def has_later_members(self, posts: Iterable[Post]) -> bool:
        """Return whether somebody joined after one of these posts, so that ``joined`` matters."""
        last = self.chat.last_joined_at
        return last is not None and any(post.message.created_at < last for post in posts)

    def is_news(self, post: Post, member: str) -> bool:
        """Return whether the member had already joined when the post was written."""
        since = self.joined.get(member)
        return since is None or post.message.created_at >= since


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
        last_message=last, message_count=Increment(len(posts) + len(lines)), recent_posts=note
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
        # Complete rows, since the row of a returning dashboard is new.
        writes += [
            row(state, member, last, sum(_is_unread(state, post, member) for post in posts))
            for member in members
        ]
    return writes


def refresh_last_message(state: ChatState, changed: Post) -> list[Write]:
    """Show an edited or deleted message in chat and rows, if it is the last message.

    Return no writes if the chat already shows the change, so events that arrive twice, late or out
    of order converge on the same documents.
    """
    shown = state.chat.last_message
    if shown is None or shown.id != changed.id or shown.preview == changed.preview:
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
        writes += [row(state, member, last, 0) for member in state.members]
    return writes


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
        if _is_unread(state, post, member) and ids.service_of_member(member) is None
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


def _last_of(state: ChatState, newest: Post) -> dict[str, Any]:
    """Return the chat's last message after this post; a later one that it already shows stays."""
    shown = state.chat.last_message
    if shown is None or newest.order > (shown.created_at, shown.id):
        return newest.last_message()
    return last_message(**shown.model_dump())


def _is_unread(state: ChatState, post: Post, member: str) -> bool:
    """Return whether a post counts as unread for a member."""
    return post.message.sender_id != member and state.is_news(post, member)


def _opens_case(state: ChatState) -> bool:
    if state.chat.kind != "case":
        return False
    is_open = state.chat.state == "open" and ids.service_member(state.service_id) in state.members
    return not is_open


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
