"""Records that clients change in place, and whose trigger was lost.

An inbox holds what is still to do; ``users`` and messages stay when their change was followed. So
each is looked at a few times while its change is young, and compared.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from pydantic import ValidationError

from parley.domain.age_windows import AgeWindow, AgeWindows
from parley.domain.ports import Publisher
from parley.errors import Conflict
from parley.services.people.mirror_user import MirrorUser
from parley.store import OrderBy, Query, Snapshot, Store, Where
from parley.structured_logging import get_log
from schema import ids, paths
from schema.events import MessageQueued

REACH_SECONDS = 900.0
"""How far back a worker looks: what was lost in a longer outage is for `parley sweep` to find, or
each start of a worker would read the sign-ups and edits of days."""

_USER_AGES = (10.0, 40.0, 160.0)
_CHANGE_AGES = (30.0, 90.0, 270.0)
"""In seconds; the last window ends at the reach. A change costs two reads each time it is met."""

_MIRRORED_AT_ONCE = 20

_log = get_log(__name__)


class SweepRecords:
    """Follows what was changed lately; whoever finds it followed writes nothing."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        mirror_user: MirrorUser,
        reach_seconds: float = REACH_SECONDS,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._mirror_user = mirror_user
        self._user_windows = AgeWindows((*_USER_AGES, reach_seconds))
        self._change_windows = AgeWindows((*_CHANGE_AGES, reach_seconds))

    async def sweep(self, now: datetime) -> int:
        """One pass; the number of people mirrored and of changed messages put on their queue."""
        count = 0
        for window in self._user_windows.due(now):
            count += await self._sweep_users(window)
        for window in self._change_windows.due(now):
            for query in _changed_within(window):
                count += await self._put_back(query)
        return count

    async def _sweep_users(self, window: AgeWindow) -> int:
        """People who signed up and whom no silo knows.

        A change of theirs that was lost is not seen here, since the record tells no time of it; it
        is followed at their next write, which is hourly by ``lastSeenAt``.
        """
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
            unknown = [snapshot.id for snapshot in page if not _is_known(snapshot)]
            for first in range(0, len(unknown), _MIRRORED_AT_ONCE):
                some = unknown[first : first + _MIRRORED_AT_ONCE]
                count += sum(await asyncio.gather(*(self._mirror(uid) for uid in some)))
        return count

    async def _mirror(self, uid: str) -> bool:
        try:
            await self._mirror_user.mirror(uid)
        except (Conflict, ValidationError) as problem:
            _log.warning("user.notMirrored", uid=uid, error=str(problem))
            return False
        return True

    async def _put_back(self, query: Query) -> int:
        count = 0
        async for page in self._store.stream(query):
            count += len(page)
            await self._publisher.publish(
                [
                    MessageQueued(
                        chat_id=paths.chat_of_message(snapshot.path),
                        message_id=snapshot.id,
                        is_changed=True,
                    )
                    for snapshot in page
                ]
            )
        return count


def _changed_within(window: AgeWindow) -> tuple[Query, Query]:
    """The messages that were edited, and those deleted, in whatever chat."""
    edited = (Where("editedAt", ">=", window.oldest), Where("editedAt", "<", window.newest))
    deleted = (Where("deletedAt", ">=", window.oldest), Where("deletedAt", "<", window.newest))
    return (
        Query(paths.MESSAGES, edited, (OrderBy("editedAt"),), select=(), is_group=True),
        Query(paths.MESSAGES, deleted, (OrderBy("deletedAt"),), select=(), is_group=True),
    )


def _is_known(user: Snapshot) -> bool:
    """Mirroring somebody notes the silo in their record, in the same commit."""
    return ids.DEFAULT_SERVICE in (user.fields.get("serviceIds") or ())
