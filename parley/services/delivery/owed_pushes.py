"""Posts that this process fanned out and has not pushed to everybody."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from parley.domain.chats.chat_state import Post


class OwedPushes:
    """Remembers such posts, with the times of their fan-out."""

    def __init__(self) -> None:
        self._since: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def add(self, chat_id: str, posts: Iterable[Post], now: datetime) -> None:
        self._since.update({(chat_id, post.id): now for post in posts})

    def holds(self, chat_id: str, post: Post) -> bool:
        return (chat_id, post.id) in self._since

    def settle(self, chat_id: str, posts: Iterable[Post]) -> None:
        for post in posts:
            self._since.pop((chat_id, post.id), None)

    def expire(self, oldest: datetime) -> None:
        """Forget posts from before this time."""
        while self._since and next(iter(self._since.values())) <= oldest:
            self._since.popitem(last=False)
