"""Finds the message that kills its worker: what is begun alone is counted first."""

from __future__ import annotations

from parley.errors import CommitOutcomeUnknown
from parley.store import SERVER_TIME, Delete, Increment, Merge, Store
from schema import paths
from schema.events import QueueName
from workers.parking import derived_id

POISON_AFTER = 3
"""Times that a message may be begun alone without ending before it is parked."""


class Suspects:
    """``suspects/{id}``: how often a redelivered message was begun alone and never ended."""

    def __init__(self, store: Store, queue: QueueName) -> None:
        self._store = store
        self._queue = queue

    async def begun(self, message_id: str) -> int:
        """How often it was begun and did not end."""
        (there,) = await self._store.get_many([self._path(message_id)])
        count = there.fields.get("begun", 0) if there is not None else 0
        return count if isinstance(count, int) else 0

    async def begin(self, message_id: str, *, begun: int) -> None:
        """Count a beginning after ``begun`` ones; stored when it returns."""
        fields = {
            "queue": str(self._queue),
            "messageId": message_id,
            "begun": Increment(1),
            "begunAt": SERVER_TIME,
        }
        try:
            await self._store.commit([Merge(self._path(message_id), dict(fields))])
        except CommitOutcomeUnknown:
            # Counting twice for one beginning would condemn the innocent.
            if await self.begun(message_id) <= begun:
                raise

    async def end(self, message_id: str) -> None:
        """It ended, well or not, and the process lives."""
        await self._store.commit([Delete(self._path(message_id))])

    def _path(self, message_id: str) -> str:
        return paths.suspect(derived_id(self._queue, message_id))
