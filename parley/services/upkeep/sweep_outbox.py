"""Find messages that wait in the outbox, and publish them again.

The trigger of a message may be lost, and a worker may die with it. A message that is published
twice is fanned out once, because its outbox entry is its fence.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.ports import Publisher
from parley.domain.upkeep.age_windows import DOUBLING_SECONDS, AgeWindow, AgeWindows
from parley.store import OrderBy, Query, Snapshot, Store, Where
from parley.structured_logging import get_log
from schema import ids, limits, paths
from schema.events import MessageQueued, Payload
from schema.reasons import DeadLetterCode

_MAX_PUBLISHED = 500
_SHARDS_A_QUERY = 16
"""Shards of one ``in`` query: two queries for each age window instead of 32."""

_log = get_log(__name__)


class SweepOutbox:
    """Remembers which ages it has looked at."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._windows = AgeWindows(DOUBLING_SECONDS)

    async def sweep(self, now: datetime) -> int:
        """Make one pass over the ages that are due; return the number of messages published."""
        return sum([await self._sweep(window) for window in self._windows.due(now)])

    async def _sweep(self, window: AgeWindow) -> int:
        """Read by shard and creation time, never from the head: deleted entries cost nothing."""
        found: list[Payload] = []
        count = 0
        for first in range(0, limits.INBOX_SHARDS, _SHARDS_A_QUERY):
            shards = list(range(first, first + _SHARDS_A_QUERY))
            query = Query(
                paths.MESSAGE_QUEUE,
                where=(
                    Where("shard", "in", shards),
                    Where("createdAt", ">=", window.oldest),
                    Where("createdAt", "<", window.newest),
                ),
                order_by=(OrderBy("createdAt"),),
                select=("chatId", "messageId", "givenUp"),
            )
            async for page in self._store.stream(query):
                found += filter(None, map(_payload, page))
                if len(found) >= _MAX_PUBLISHED:
                    count += len(found)
                    await self._publisher.publish(found)
                    found = []
        await self._publisher.publish(found)
        return count + len(found)


def _payload(entry: Snapshot) -> Payload | None:
    """Return the payload of an outbox entry, or None if it must not be published.

    Skip an entry that no worker can handle; its queue message is a dead letter. Publish one that
    failed too often, because it may work by now. Skip an entry that names no message: one that was
    written past the rules must not hold up all others.
    """
    chat_id, message_id = entry.fields.get("chatId"), entry.fields.get("messageId")
    given_up = entry.fields.get("givenUp")
    if given_up is not None and given_up != DeadLetterCode.EXHAUSTED:
        return None
    if not (isinstance(chat_id, str) and isinstance(message_id, str) and chat_id and message_id):
        _log.warning("outbox.unreadable", path=entry.path)
        return None
    if entry.id != ids.message_queue_id(chat_id, message_id):
        _log.warning("outbox.unreadable", path=entry.path)
        return None
    return MessageQueued(chat_id=chat_id, message_id=message_id)
