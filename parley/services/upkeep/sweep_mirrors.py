"""Carry over the changes of people that came too soon after their last one.

The note of such a change is in the default service's record of the person, so it outlives the
process that wrote it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from parley.services.people.mirror_user import MirrorUser
from parley.store import OrderBy, Query, Store, Where
from schema import ids, limits, paths

PERIOD = timedelta(seconds=limits.MIRROR_SECONDS)

_PEOPLE = 500
"""The most people in one pass; those whose time came first."""


class SweepMirrors:
    """Without memory: a person who was carried over has no note any more."""

    def __init__(self, *, store: Store, mirror_user: MirrorUser) -> None:
        self._store = store
        self._mirror_user = mirror_user

    async def sweep(self, now: datetime) -> int:
        """Carry over what is due; return the number of people. Idle, it costs one read."""
        query = Query(
            paths.service_users(ids.DEFAULT_SERVICE),
            where=(Where("mirrorDueAt", "<=", now),),
            order_by=(OrderBy("mirrorDueAt"),),
            limit=_PEOPLE,
            select=(),
        )
        due = [found.id async for page in self._store.stream(query) for found in page]
        return await self._mirror_user.mirror_all(due)
