"""A chat and its messages as they were read, which decisions about the chat start from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from parley.domain.delivery import push
from schema import ids, limits
from schema.chats import Chat, last_message
from schema.messages import Message


@dataclass(frozen=True)
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

    @cached_property
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
