"""What new messages of one chat change: the writes of a fan-out, and who is to be notified.

Pure. The commit carries the chat's ``update_time`` and deletes each message's ``messageQueue``
document with a must-exist precondition, so it happens once and in the chat's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from parley.domain.delivery import push
from parley.store import (
    DELETE_FIELD,
    MUST_EXIST,
    SERVER_TIME,
    Delete,
    Increment,
    Merge,
    Set,
    Update,
    UpdatedAt,
    Write,
)
from schema import changes, ids, limits, paths
from schema.audit import audit_fields
from schema.chats import Chat, last_message, member_fields, row_fields
from schema.messages import Message


@dataclass(frozen=True, slots=True)
class Post:
    """A message that stands in a chat and is to be fanned out."""

    id: str
    message: Message

    @property
    def order(self) -> tuple[datetime, str]:
        """The order of messages in a chat."""
        return (self.message.created_at, self.id)

    @property
    def speaker(self) -> str:
        """Whose name a notification bears: the sender, or who did what a system message tells."""
        return self.message.by or self.message.sender_id

    @property
    def preview(self) -> str:
        """The text for rows and notifications."""
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
    """A chat as it was read, with the time that its commits are fenced by.

    ``joined``: since when members are in it, as far as that was looked up.
    """

    id: str
    chat: Chat
    update_time: datetime
    joined: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def service_id(self) -> str:
        """The silo of the chat."""
        return self.chat.service_id

    @property
    def members(self) -> list[str]:
        """Its members where they are few enough to stand in the chat; empty for a large one.

        A direct chat that a client created does not list them, its id does.
        """
        if self.chat.member_ids is not None:
            return list(self.chat.member_ids)
        return list(ids.parse_chat_id(self.id).uids)

    @property
    def is_large(self) -> bool:
        """Whether rows are no longer rewritten: above 100 members, once and for good."""
        return bool(self.chat.large)

    def has_later_members(self, posts: Iterable[Post]) -> bool:
        """Whether somebody was added after one of these was posted, so that ``joined`` matters."""
        last = self.chat.last_joined_at
        return last is not None and any(post.message.created_at < last for post in posts)

    def is_news(self, post: Post, member: str) -> bool:
        """Whether a post is news to a member: what was said before they joined is not."""
        since = self.joined.get(member)
        return since is None or post.message.created_at >= since


def fan_out(state: ChatState, posts: Sequence[Post]) -> list[Write]:
    """The one commit that fans these messages out. ``posts`` are distinct.

    A system message stands in chat and rows since the commit that wrote it; it is queued for its
    push alone, so nothing but its fence goes.
    """
    fences: list[Write] = [
        Delete(paths.message_queue(state.id, post.id), MUST_EXIST) for post in posts
    ]
    posts = [post for post in posts if post.message.event is None]
    if not posts:
        return fences
    newest = max(posts, key=lambda post: post.order)
    last = _last_of(state, newest)
    members = state.members
    opens = _opens_case(state)

    chat_changes = changes.chat_posted(last_message=last, message_count=Increment(len(posts)))
    if opens:
        dashboard = ids.service_member(state.service_id)
        members = [*members, dashboard] if dashboard not in members else members
        chat_changes |= changes.case_state(state="open", snoozed_until=DELETE_FIELD)
    if not state.is_large and members != (state.chat.member_ids or []):
        chat_changes |= changes.chat_people(member_ids=members, member_count=len(members))

    writes = [
        *fences,
        Update(paths.chat(state.id), chat_changes, UpdatedAt(state.update_time)),
    ]
    if opens:
        writes += _case_opening(state, by=newest)
    if not state.is_large:
        # In full for all, since the row of a dashboard that comes back is new.
        writes += [
            row(state, member, last, sum(_is_others(state, post, member) for post in posts))
            for member in members
        ]
    return writes


def refreshed(state: ChatState, changed: Post) -> list[Write]:
    """A message was edited or deleted: lists that show it as the last one follow.

    Nothing to write for any other message, nor for a change that the lists show already; so an
    event that comes twice, late or out of order ends in the same documents.
    """
    held = state.chat.last_message
    if held is None or held.id != changed.id or held.preview == changed.preview:
        return []
    last = changed.last_message()
    writes: list[Write] = [
        Update(
            paths.chat(state.id),
            changes.chat_posted(last_message=last, message_count=Increment(0)),
            UpdatedAt(state.update_time),
        )
    ]
    if not state.is_large:
        writes += [row(state, member, last, 0) for member in state.members]
    return writes


def recipients_of_push(state: ChatState, post: Post, members: Sequence[str]) -> list[str]:
    """The people to be notified of a message: not its sender, and no dashboard.

    In a group above 1,000 members only those whom it mentions. Nobody, where there is nothing to
    show: it was taken back before it was fanned out, or what was written cannot be seen.
    """
    if post.message.deleted_at is not None:
        return []
    if post.message.event is not None:
        target = post.message.target
        if post.message.event == "joined" and target is not None and target in members:
            return [target]
        return []
    if not post.preview:
        return []
    audience = members
    if (state.chat.member_count or 0) > limits.PUSHED_GROUP:
        audience = [member for member in members if member in post.message.mentioned]
    return [
        member
        for member in audience
        if _is_others(state, post, member) and ids.service_of_member(member) is None
    ]


def notification_text(state: ChatState, post: Post, sender_name: str) -> tuple[str, str]:
    """Title and body: a group shows its title, with the sender's name in front of the text."""
    if post.message.event is not None:
        return state.chat.title or sender_name, f"{sender_name} added you"
    if state.chat.kind != "group":
        return sender_name, post.preview
    return state.chat.title or sender_name, push.preview(f"{sender_name}: {post.preview}")


def row(
    state: ChatState,
    member: str,
    last: dict[str, Any],
    by_others: int,
    *,
    is_large: bool = False,
) -> Merge:
    """A member's row after ``by_others`` more messages; complete, so that it may be created.

    Its place in the list is the time of ``last``, whatever happens to the message afterwards.
    ``is_large``: the chat grows large in this commit, and the row is told so.
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
        ),
    )


def _last_of(state: ChatState, newest: Post) -> dict[str, Any]:
    """What the chat shows after this post: a later message that is there already stays."""
    held = state.chat.last_message
    if held is None or newest.order > (held.created_at, held.id):
        return newest.last_message()
    return last_message(**held.model_dump())


def _is_others(state: ChatState, post: Post, member: str) -> bool:
    """Whether a post counts as unread for a member, until they have read it."""
    return post.message.sender_id != member and state.is_news(post, member)


def _opens_case(state: ChatState) -> bool:
    if state.chat.kind != "case":
        return False
    is_open = state.chat.state == "open" and ids.service_member(state.service_id) in state.members
    return not is_open


def _case_opening(state: ChatState, *, by: Post) -> list[Write]:
    """The dashboard becomes a member again, and the audit says by whose message."""
    dashboard = ids.service_member(state.service_id)
    return [
        Set(
            paths.chat_member(state.id, dashboard),
            member_fields(role="member", joined_at=SERVER_TIME),
        ),
        Set(
            paths.chat_audit(state.id, f"opened:{by.id}"),
            audit_fields(
                action="opened",
                by=by.message.staff_id or by.message.sender_id,
                at=SERVER_TIME,
                before={"state": state.chat.state} if state.chat.state else None,
                after={"state": "open"},
            ),
        ),
    ]


def _title(state: ChatState, member: str) -> str | None:
    """A case bears the service's name for the person; the dashboard shows the person instead."""
    return None if ids.service_of_member(member) is not None else state.chat.title


def _other_uid(state: ChatState, member: str) -> str | None:
    """Whose profile stands for the chat in this member's list."""
    people = ids.parse_chat_id(state.id).uids
    if state.chat.kind == "direct":
        first, second = people
        return second if member == first else first
    return people[0] if ids.service_of_member(member) is not None and people else None
