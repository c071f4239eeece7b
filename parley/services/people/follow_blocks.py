"""Keep, for each person, the list of who blocks them: ``blockedBy/{uid}``.

The service reads the block itself, so events that come twice, late or out of order lead to the same
list. A person who blocks too fast is held: rules cannot count, but they read ``holds/{uid}``.
"""

from __future__ import annotations

from collections.abc import Iterable

from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.services.people.holds import Holds
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from parley.structured_logging import get_log
from schema import limits, paths
from schema.users import BlockedBy, blocked_by_fields, blocker_patch

_TRIES = 8

_log = get_log("services.blocks")


class FollowBlocks:
    """Brings the lists up to date. One instance a process: it counts what a person blocks."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._holds = Holds(
            store=store, clock=clock, acts="blocks", most=limits.BLOCKS_FOLLOWED_A_MINUTE
        )

    async def follow(self, uid: str, other_uid: str) -> bool:
        """Note whether ``uid`` blocks ``other_uid``; return whether that changed anything.

        Two reads, and a write if it did. Somebody who writes more than
        ``limits.BLOCKS_FOLLOWED_A_MINUTE`` a minute is held, for one write, and not followed; the
        sweep looks at these blocks later.
        """
        if not await self._holds.admit(uid, self._clock.now()):
            return False
        return await self._follow(uid, other_uid)

    async def follow_all(self, blocks: Iterable[tuple[str, str]]) -> int:
        """Follow blocks that were found; return how many were not noted before."""
        return sum([await self._follow(uid, other_uid) for uid, other_uid in blocks])

    async def _follow(self, uid: str, other_uid: str) -> bool:
        has_changed = False
        for _ in range(_TRIES):
            block, listed = await self._store.get_many(
                [paths.user_block(uid, other_uid), paths.blocked_by(other_uid)]
            )
            write = _change(uid, other_uid, block, listed)
            if write is None:
                return has_changed
            try:
                await self._store.commit([write])
            except (Conflict, CommitOutcomeUnknown):
                continue
            # Read again: the block may have gone just before the commit, and its own event found
            # nothing to change.
            has_changed = True
        raise Conflict(f"{paths.blocked_by(other_uid)} is being changed by others")


def _change(
    uid: str, other_uid: str, block: Snapshot | None, listed: Snapshot | None
) -> Write | None:
    """Return the write that makes the list say what the block says."""
    by = {} if listed is None else BlockedBy.parse(listed.fields).by
    if (block is not None) == (uid in by):
        return None
    path = paths.blocked_by(other_uid)
    if listed is None:
        return Set(path, blocked_by_fields(uid), MUST_NOT_EXIST)
    if block is None:
        return Update(path, blocker_patch(uid, DELETE_FIELD), UpdatedAt(listed.update_time))
    if len(by) >= limits.BLOCKERS_KNOWN:
        _log.warning("blocks.listFull", uid=other_uid, limit=limits.BLOCKERS_KNOWN)
        return None
    return Update(path, blocker_patch(uid, True), UpdatedAt(listed.update_time))
