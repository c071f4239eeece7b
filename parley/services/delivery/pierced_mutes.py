"""Which mentions are heard in a muted group: one, until the person has read it.

The memory is this process's. After a restart, and in each further process, one more is heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from cachetools import LRUCache

from parley.services.delivery.push_orders import PushOrder
from parley.services.delivery.receipts_of_members import read_times
from parley.store import Store
from schema.push_tokens import PushTokens

_REMEMBERED = 30_000
"""Mentions that were heard in a muted group, about 10 MB."""


class PiercedMutes:
    """Remembers, by chat and person, the last mention that was heard in spite of a mute."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._heard: LRUCache[tuple[str, str], tuple[str, datetime]] = LRUCache(_REMEMBERED)

    async def by(
        self,
        orders: Mapping[int, PushOrder],
        muted: Sequence[int],
        tokens: Mapping[str, PushTokens],
    ) -> frozenset[int]:
        """Return which of these muted orders are heard all the same, by their indexes.

        Read a receipt of people who were mentioned before, in this group, since the process began.
        """
        mentions = [
            (index, orders[index])
            for index in muted
            if _may_pierce(orders[index], tokens[orders[index].uid])
        ]
        if not mentions:
            return frozenset()
        read_to = await self._read_to([order for _, order in mentions])
        return frozenset(index for index, order in mentions if self._pierces(order, read_to))

    async def _read_to(self, orders: Sequence[PushOrder]) -> Mapping[str, datetime]:
        again = [order for order in orders if self._is_another(order)]
        if not again:
            return {}
        return await read_times(self._store, again[0].chat_id, {order.uid for order in again})

    def _pierces(self, order: PushOrder, read_to: Mapping[str, datetime]) -> bool:
        assert order.posted_at is not None
        key = order.chat_id, order.uid
        if self._is_another(order):
            seen = read_to.get(order.uid)
            if seen is None or seen < self._heard[key][1]:
                return False
        self._heard[key] = order.message_id, order.posted_at
        return True

    def _is_another(self, order: PushOrder) -> bool:
        """Return whether another mention of the person was heard before in this group."""
        heard = self._heard.get((order.chat_id, order.uid))
        return heard is not None and heard[0] != order.message_id


def _may_pierce(order: PushOrder, tokens: PushTokens) -> bool:
    return (
        order.is_mention
        and order.posted_at is not None
        and order.data["kind"] == "group"
        and tokens.mentions != "unlessMuted"
    )
