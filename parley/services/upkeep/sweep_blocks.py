"""Find blocks whose trigger was lost, or that came too fast, and follow them."""

from __future__ import annotations

from datetime import datetime

from parley.domain.upkeep.age_windows import REACH_SECONDS, AgeWindow, AgeWindows
from parley.services.people.follow_blocks import FollowBlocks
from parley.store import OrderBy, Query, Store, Where
from schema import paths

_AGES = (30.0, 300.0)
"""In seconds; the last window ends at the reach. Two windows of minutes: a lost event is rare, and
an idle stack reads one document in three minutes for this."""

_MOST = 500
"""Blocks that one pass looks at: somebody may write thousands a minute."""


class SweepBlocks:
    """Remembers which ages it has looked at.

    The end of a block leaves nothing to be found. The message worker finds it, when it looks
    whether a block that it was told of still stands.
    """

    def __init__(
        self, *, store: Store, follow_blocks: FollowBlocks, reach_seconds: float = REACH_SECONDS
    ) -> None:
        self._store = store
        self._follow = follow_blocks
        self._windows = AgeWindows((*_AGES, reach_seconds))

    async def sweep(self, now: datetime) -> int:
        """Make one pass over the ages that are due; return the number of blocks looked at."""
        return sum([await self._sweep(window) for window in self._windows.due(now)])

    async def _sweep(self, window: AgeWindow) -> int:
        query = Query(
            paths.BLOCKED,
            where=(
                Where("createdAt", ">=", window.oldest),
                Where("createdAt", "<", window.newest),
            ),
            order_by=(OrderBy("createdAt"),),
            limit=_MOST,
            select=(),
            is_group=True,
        )
        blocks = [block.path async for page in self._store.stream(query) for block in page]
        return await self._follow.follow_all(
            [(parts[1], parts[3]) for path in blocks if len(parts := path.split("/")) == 4]
        )
