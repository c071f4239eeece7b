"""Mark the outbox entry of a message whose queue message was dead-lettered.

The message and its outbox entry stay, so replaying the dead letter still fans the message out. The
mark holds the reason, and tells the sweeper not to queue the message again.
"""

from __future__ import annotations

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import MUST_EXIST, Store, Update
from schema import paths
from schema.messages import queue_entry_patch
from schema.reasons import DeadLetterCode


class GiveUpMessages:
    """Marks outbox entries as given up."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def message(self, chat_id: str, message_id: str, code: DeadLetterCode) -> None:
        """Mark the entry; no-op if the message was fanned out and only its pushes failed."""
        path = paths.message_queue(chat_id, message_id)
        try:
            await self._store.commit([Update(path, queue_entry_patch(given_up=code), MUST_EXIST)])
        except (Conflict, CommitOutcomeUnknown):
            return
