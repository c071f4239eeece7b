"""Find edited and deleted messages whose trigger was lost, and publish them.

A message does not say that its change was followed. So each change is published a few times while
it is young; a worker that finds it followed writes nothing.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.ports import Publisher
from parley.domain.upkeep.age_windows import REACH_SECONDS, AgeWindow, AgeWindows
from parley.store import OrderBy, Query, Store, Where
from schema import paths
from schema.events import MessageQueued

_AGES = (30.0, 90.0, 270.0)
"""In seconds; the last window ends at the reach. A change costs two reads in each window."""


class SweepChangedMessages:
    """Remembers which ages it has looked at."""

    def __init__(
        self, *, store: Store, publisher: Publisher, reach_seconds: float = REACH_SECONDS
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._windows = AgeWindows((*_AGES, reach_seconds))

    async def sweep(self, now: datetime) -> int:
        """Make one pass over the ages that are due; return the number of messages published."""
        count = 0
        for window in self._windows.due(now):
            for query in _changed_within(window):
                count += await self._publish(query)
        return count

    async def _publish(self, query: Query) -> int:
        count = 0
        async for page in self._store.stream(query):
            count += len(page)
            await self._publisher.publish(
                [
                    MessageQueued(
                        chat_id=paths.chat_of_message(message.path),
                        message_id=message.id,
                        is_changed=True,
                    )
                    for message in page
                ]
            )
        return count


def _changed_within(window: AgeWindow) -> tuple[Query, Query]:
    """Return the queries for edited and for deleted messages of all chats."""
    edited = (Where("editedAt", ">=", window.oldest), Where("editedAt", "<", window.newest))
    deleted = (Where("deletedAt", ">=", window.oldest), Where("deletedAt", "<", window.newest))
    return (
        Query(paths.MESSAGES, edited, (OrderBy("editedAt"),), select=(), is_group=True),
        Query(paths.MESSAGES, deleted, (OrderBy("deletedAt"),), select=(), is_group=True),
    )
