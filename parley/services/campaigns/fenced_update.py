"""Change a document that other workers may change at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parley.store import Changes, Snapshot, Store, Update, UpdatedAt, Write
from parley.store.commit_loop import commit_with_retry

Change = Callable[[Snapshot], Changes | None]
"""Returns the fields to change, or None if the document needs no change."""


async def update_under_fence(store: Store, path: str, change: Change) -> bool:
    """Read a document and update it; start again if another writer changed it meanwhile.

    Return whether the document exists. After a lost answer ``change`` sees its own update, so it
    must return None then. Raise ``Conflict`` after losing to other writers each time.
    """
    exists = False

    async def decide() -> Sequence[Write]:
        nonlocal exists
        (held,) = await store.get_many([path])
        exists = held is not None
        if held is None or (fields := change(held)) is None:
            return ()
        return [Update(path, fields, UpdatedAt(held.update_time))]

    await commit_with_retry(store, decide, what=path)
    return exists
