"""Take away what banned people post and edit. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

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
        text = silenced_patch(at=SERVER_TIME, removed=DELETE_FIELD, is_counted=False)
        writes += [
            Delete(paths.message_queue(chat_id, post.id), MUST_EXIST),
            Update(paths.message(chat_id, post.id), text),
        ]
    return writes


def silence_edits(
    chat_id: str, posts: Iterable[Post], banned: Mapping[str, datetime]
) -> list[Write]:
    """Return the commit that takes the texts of messages away that were edited under a ban.

    ``banned``: since when each of these people is. Lists follow it as they follow a deletion.
    """
    text = silenced_patch(at=SERVER_TIME, removed=DELETE_FIELD, is_counted=True)
    return [
        Update(paths.message(chat_id, post.id), text)
        for post in posts
        if post.message.deleted_at is None and _is_edited_under_a_ban(post, banned)
    ]


def _is_edited_under_a_ban(post: Post, banned: Mapping[str, datetime]) -> bool:
    at, authors = post.message.edited_at, (post.message.sender_id, post.message.staff_id)
    times = [banned[one] for one in authors if one is not None and one in banned]
    return at is not None and any(since <= at for since in times)
