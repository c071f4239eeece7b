"""Take what banned people post off the queue. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from parley.domain.chats.chat_state import Post
from parley.store import DELETE_FIELD, MUST_EXIST, SERVER_TIME, Delete, Update, Write
from schema import paths
from schema.messages import silenced_patch


def is_of(post: Post, people: Collection[str]) -> bool:
    """Return whether one of these people wrote the message, as staff too."""
    return post.message.sender_id in people or post.message.staff_id in people


def silence(chat_id: str, posts: Iterable[Post]) -> list[Write]:
    """Return the commit that takes messages of banned people off the queue, and their texts away.

    A report still shows staff what they said.
    """
    writes: list[Write] = []
    for post in posts:
        text = silenced_patch(at=SERVER_TIME, removed=DELETE_FIELD)
        writes += [
            Delete(paths.message_queue(chat_id, post.id), MUST_EXIST),
            Update(paths.message(chat_id, post.id), text),
        ]
    return writes
