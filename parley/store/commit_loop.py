"""Commits that another writer may outrace: decide, commit, and decide again.

There are no read-write transactions (ADR 5). Each attempt reads everything that it decides by, and
its commit carries preconditions, so a decision made on old data is never applied.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store.port import Store
from parley.store.writes import CommitResult, Write

ATTEMPTS = 8
"""Enough for a handful of processes that write the same document at once."""

Decide = Callable[[], Awaitable[Sequence[Write]]]
"""Read, and return the writes; none if there is nothing (left) to do."""

WasApplied = Callable[[], Awaitable[bool]]
"""Read the fence after a lost answer, and tell whether this commit was applied."""


async def commit_with_retry(
    store: Store,
    decide: Decide,
    *,
    what: str,
    was_applied: WasApplied | None = None,
    attempts: int = ATTEMPTS,
) -> CommitResult | None:
    """Commit what ``decide`` returns; decide again after a conflict or a lost answer.

    Without ``was_applied``, ``decide`` itself must see after a lost answer that its commit stands,
    and return no writes then. Return None if there was nothing to write, or if the answer was lost
    and the commit stands. Raise ``Conflict``, naming ``what``, when other writers win each time;
    errors of ``decide`` pass through.
    """
    for _ in range(attempts):
        writes = await decide()
        if not writes:
            return None
        try:
            return await store.commit(writes)
        except Conflict:
            continue
        except CommitOutcomeUnknown:
            if was_applied is not None and await was_applied():
                return None
    raise Conflict(f"{what} is being changed by others: {attempts} commits in a row were outraced")


async def create_once(store: Store, writes: Sequence[Write], *, attempts: int = ATTEMPTS) -> bool:
    """Commit documents that must not exist yet; return False if they existed.

    After a lost answer the commit meets itself if it was applied, and returns False: the documents
    are there, and nobody can tell any more who made them. Raise ``CommitOutcomeUnknown`` if every
    answer was lost.
    """
    for _ in range(attempts):
        try:
            await store.commit(writes)
        except Conflict:
            return False
        except CommitOutcomeUnknown:
            continue
        return True
    raise CommitOutcomeUnknown(f"{attempts} commits in a row got no answer")
