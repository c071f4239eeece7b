"""Find people who signed up and whose trigger was lost, and mirror them into their service.

A record does not say that its change was followed. So each one is read a few times while it is
young.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.upkeep.age_windows import REACH_SECONDS, AgeWindow, AgeWindows
from parley.services.people.mirror_user import MirrorUser
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import ids, paths

_AGES = (10.0, 40.0, 160.0)
"""In seconds; the last window ends at the reach."""


class SweepSignUps:
    """Remembers which ages it has looked at.

    It does not find lost *changes* of a person, since a record has no time of its last change. A
    person's next write repairs them; ``lastSeenAt`` is written hourly.
    """

    def __init__(
        self, *, store: Store, mirror_user: MirrorUser, reach_seconds: float = REACH_SECONDS
    ) -> None:
        self._store = store
        self._mirror_user = mirror_user
        self._windows = AgeWindows((*_AGES, reach_seconds))

    async def sweep(self, now: datetime) -> int:
        """Make one pass over the ages that are due; return the number of people mirrored."""
        return sum([await self._sweep(window) for window in self._windows.due(now)])

    async def _sweep(self, window: AgeWindow) -> int:
        query = Query(
            paths.USERS,
            where=(
                Where("createdAt", ">=", window.oldest),
                Where("createdAt", "<", window.newest),
            ),
            order_by=(OrderBy("createdAt"),),
            select=("serviceIds",),
        )
        count = 0
        async for page in self._store.stream(query):
            lost = [user.id for user in page if not _is_mirrored(user)]
            count += await self._mirror_user.mirror_all(lost)
        return count


def _is_mirrored(user: Snapshot) -> bool:
    """Mirroring a person notes the service in their record, in the same commit."""
    return ids.DEFAULT_SERVICE in (user.fields.get("serviceIds") or ())
