"""The guard that finds a message which kills its worker, by counting how often it was started."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from parley.domain.ports import Received
from parley.errors import CommitOutcomeUnknown, ParleyError
from parley.services.upkeep.dead_letters import derived_id
from parley.store import SERVER_TIME, Delete, Increment, Merge, Store
from parley.structured_logging import Log, error_text
from schema import paths
from schema.events import QueueName
from schema.reasons import DeadLetterCode
from workers.runtime.lanes import Call
from workers.runtime.middleware import Middleware, PostponeMessages, Proceed, RejectMessages

POISON_AFTER = 3
"""Starts without an end after which a message is a dead letter."""


class PoisonGuard(Middleware):
    """Counts the starts of suspects in ``suspects/{id}``, and rejects what keeps killing workers.

    A count is deleted when its message ends, whatever the outcome.
    """

    def __init__(self, store: Store, queue: QueueName, log: Log) -> None:
        self._store = store
        self._queue = queue
        self._log = log

    def around(self, call: Call[Any], proceed: Proceed) -> Awaitable[None]:
        return self._guard(call, proceed) if call.is_alone else proceed()

    async def _guard(self, call: Call[Any], proceed: Proceed) -> None:
        (message,) = call.messages
        message_id = message.message_id
        log = self._log.bind(messageId=message_id)
        try:
            starts = await self._starts(message_id)
            if starts < POISON_AFTER:
                await self._add_start(message_id, earlier=starts)
        except ParleyError as error:
            # An uncounted start could kill workers forever.
            log.warning("suspect.notCounted", error=error_text(error))
            raise PostponeMessages from error
        if starts >= POISON_AFTER:
            text = f"started alone {starts} times, and its worker died each time"
            raise RejectMessages(DeadLetterCode.POISON, text)
        log.info("suspect.begun", attempt=message.received.attempt)
        try:
            await proceed()
        finally:
            # Also when a drain cancels it: the message did not kill the process.
            await self._clear(message_id)

    async def after_dead_letter(self, received: Received, code: DeadLetterCode) -> None:
        if code is DeadLetterCode.POISON:
            await self._clear(received.message_id)

    async def _starts(self, message_id: str) -> int:
        (snapshot,) = await self._store.get_many([self._path(message_id)])
        count = snapshot.fields.get("begun", 0) if snapshot is not None else 0
        return count if isinstance(count, int) else 0

    async def _add_start(self, message_id: str, *, earlier: int) -> None:
        fields = {
            "queue": str(self._queue),
            "messageId": message_id,
            "begun": Increment(1),
            "begunAt": SERVER_TIME,
        }
        try:
            await self._store.commit([Merge(self._path(message_id), dict(fields))])
        except CommitOutcomeUnknown:
            # A start that counts twice would condemn a harmless message.
            if await self._starts(message_id) <= earlier:
                raise

    async def _clear(self, message_id: str) -> None:
        try:
            await self._store.commit([Delete(self._path(message_id))])
        except ParleyError as error:
            log = self._log.bind(messageId=message_id)
            log.warning("suspect.notCleared", error=error_text(error))

    def _path(self, message_id: str) -> str:
        return paths.suspect(derived_id(self._queue, message_id))
