"""Find who has answered a campaign in a group: the chat is shared, so its messages are read."""

from __future__ import annotations

from datetime import datetime

from cachetools import FIFOCache

from parley.store import OrderBy, Query, Store, Where
from schema import ids, paths
from schema.messages import Message

_REMEMBERED = 1_000


class GroupAnswers:
    """Reads each message of a campaign's group once, as it comes."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._sent_at: FIFOCache[str, datetime] = FIFOCache(_REMEMBERED)

    async def since(self, chat_id: str, message_id: str, since: datetime) -> dict[str, datetime]:
        """Return who has written after a campaign's message and after ``since``, and when first."""
        sent_at = await self._time_of(chat_id, message_id)
        if sent_at is None:
            return {}
        query = Query(
            paths.messages(chat_id),
            where=(Where("createdAt", ">", max(since, sent_at)),),
            order_by=(OrderBy("createdAt"),),
            select=("senderId", "createdAt"),
        )
        answers: dict[str, datetime] = {}
        async for page in self._store.stream(query):
            for message in page:
                sender = str(message.fields.get("senderId"))
                if ids.is_name(sender):
                    answers.setdefault(sender, message.fields["createdAt"])
        return answers

    async def _time_of(self, chat_id: str, message_id: str) -> datetime | None:
        """Return the time of the campaign's message, None if it is not there yet."""
        path = paths.message(chat_id, message_id)
        if path not in self._sent_at:
            (found,) = await self._store.get_many([path])
            message = Message.parse_or_none(found.fields) if found is not None else None
            if message is None:
                return None
            self._sent_at[path] = message.created_at
        return self._sent_at[path]
