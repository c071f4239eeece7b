"""What becomes of an ordinary message when its queue message is parked.

The message stands in its chat, and its outbox entry stands too: the fence is open, so that a dead
letter that is sent again is fanned out. The entry says that it was given up, and why, by which the
sweeper knows what not to bring back.
"""

from __future__ import annotations

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import MUST_EXIST, Store, Update
from schema import changes, paths
from schema.reasons import DeadLetterCode


class GiveUpMessages:
    """Marks outbox entries."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def message(self, chat_id: str, message_id: str, code: DeadLetterCode) -> None:
        """Mark the entry; nothing if the message was fanned out, and only its pushes were left."""
        path = paths.message_queue(chat_id, message_id)
        try:
            await self._store.commit(
                [Update(path, changes.message_given_up(str(code)), MUST_EXIST)]
            )
        except (Conflict, CommitOutcomeUnknown):
            return
