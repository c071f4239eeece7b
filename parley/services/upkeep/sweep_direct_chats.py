"""Count the direct chats that each person creates, and hold whoever creates too many.

A client creates them by itself, with anybody, and no trigger follows: one on ``chats`` would run
for each chat of a campaign too. So a periodic task looks at the new ones, by an index of which
chats of campaigns are no part (``Chat.created_by``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from parley.domain.ports import Clock
from parley.services.people.holds import Holds
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import limits, paths

PERIOD: Final = timedelta(seconds=10)
"""So long one goes on unseen: 100 chats a second are 0.01 $."""

_LOOKED_BACK: Final = timedelta(seconds=60)
"""By a new holder of the lease: what is older counts no more."""

_MOST: Final = 5_000
"""Chats that one pass reads; the next one goes on behind them."""


class SweepDirectChats:
    """Remembers the newest chat that it has seen, and who created how many lately.

    A chat that shows itself late, behind a newer one, is not counted: whoever creates many is held
    for the others.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._holds = Holds(
            store=store, clock=clock, acts="directChats", most=limits.CHATS_CREATED_A_MINUTE
        )
        self._seen: datetime | None = None

    async def sweep(self, now: datetime) -> int:
        """Make one pass over the chats since the last one; return the number above the limit.

        A read for each chat, and at least one.
        """
        since = now - _LOOKED_BACK if self._seen is None else self._seen
        query = Query(
            paths.CHATS,
            where=(Where("kind", "==", "direct"), Where("createdAt", ">", since)),
            order_by=(OrderBy("createdAt"), OrderBy("createdBy")),
            limit=_MOST,
            select=("createdAt", "createdBy"),
        )
        count = 0
        async for page in self._store.stream(query):
            count += sum([not await self._admit(chat) for chat in page])
        return count

    async def _admit(self, chat: Snapshot) -> bool:
        self._seen = created_at = chat.fields["createdAt"]
        return await self._holds.admit(chat.fields["createdBy"], created_at)
