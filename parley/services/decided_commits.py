"""Commits where somebody else may be first: decided anew by what was read, or left to the first.

For documents that are rarely contended. Chats, which are, have ``change_chats``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from parley.domain.access import Refused
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import Store, Write
from schema.reasons import CallableReason

_TRIES = 8

Decide = Callable[[], Awaitable[list[Write]]]
"""Reads all that it decides by. No writes: all is as asked for, or this call did it already."""


async def commit_decided(store: Store, decide: Decide, *, what: str) -> None:
    """Decide and commit; raises ``Refused``, by the decision or when outraced.

    After a lost answer it decides once more, so it must see whether its own commit was applied.
    """
    for _ in range(_TRIES):
        writes = await decide()
        if not writes:
            return
        try:
            await store.commit(writes)
        except (Conflict, CommitOutcomeUnknown):
            continue
        return
    raise Refused(
        "aborted", CallableReason.CONTENDED, f"{what} is being changed by others", "try again"
    )


async def commit_first(store: Store, writes: list[Write]) -> bool:
    """Commit what must not exist yet; False when it was there.

    After a lost answer it meets its own commit if that was applied, and answers False too: it is
    there, and nobody can tell any more by whom. Raises ``CommitOutcomeUnknown`` when each was lost.
    """
    for _ in range(_TRIES):
        try:
            await store.commit(writes)
        except Conflict:
            return False
        except CommitOutcomeUnknown:
            continue
        return True
    raise CommitOutcomeUnknown(f"{_TRIES} commits in a row got no answer")
