"""Middleware: an ordered list of entries around every call of a handler.

The first entry is the outermost. Tracing or metrics are one more entry of the list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from parley.domain.ports import Received
from parley.domain.retry_verdicts import must_split
from parley.errors import CommitOutcomeUnknown, ParleyError
from parley.queues import Queue
from parley.services.upkeep.dead_letters import derived_id
from parley.store import SERVER_TIME, Delete, Increment, Merge, Store
from parley.structured_logging import Log, error_text, get_log
from schema import paths
from schema.events import Payload, QueueName
from schema.reasons import DeadLetterCode
from workers.runtime.lanes import Call
from workers.runtime.quarantine import BEGINNING_SECONDS

Proceed = Callable[[], Awaitable[None]]

POISON_AFTER = 3
"""Beginnings without an end after which a message is a dead letter."""

WORN_OUT_AFTER = 10
"""The same for a message that each time ran on for a while, as one that only waits does: most
likely something else ended its worker."""


class PostponeMessages(Exception):
    """Raised by an entry: redeliver the messages soon, without counting a failure."""


class RejectMessages(Exception):
    """Raised by an entry: dead-letter the messages with ``code``."""

    def __init__(self, code: DeadLetterCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class Middleware:
    """An entry of the list; override what it needs."""

    def around(self, call: Call[Any], proceed: Proceed) -> Awaitable[None]:
        """Await ``proceed()`` once, or raise instead.

        An error that leaves here is judged like an error of the handler, unless it is
        ``PostponeMessages`` or ``RejectMessages``.
        """
        return proceed()

    async def after_dead_letter(
        self, received: Received, code: DeadLetterCode, payload: Payload | None
    ) -> None:
        """React to a dead letter, once it is stored. Must not raise.

        ``payload`` is None for a message that cannot be decoded.
        """


def surround(handle: Proceed, entries: Sequence[Middleware], call: Call[Any]) -> Proceed:
    """Return ``handle`` with all entries around it."""
    for entry in reversed(entries):
        handle = partial(entry.around, call, handle)
    return handle


class Timeout(Middleware):
    """Cancels a call that takes longer than ``seconds`` and raises ``TimeoutError``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def around(self, call: Call[Any], proceed: Proceed) -> Awaitable[None]:
        return within(self._seconds, proceed())


async def within(seconds: float, work: Awaitable[None]) -> None:
    """Await ``work``; raise a ``TimeoutError`` that names the limit when it takes longer."""
    try:
        async with asyncio.timeout(seconds) as timer:
            await work
    except TimeoutError as error:
        # The work may raise a TimeoutError of its own.
        raise TimeoutError(f"took longer than {seconds} s") if timer.expired() else error from None


class LogFailures(Middleware):
    """Logs failed calls: expected errors as warnings, others with their stack trace."""

    def __init__(self, log: Log) -> None:
        self._log = log

    async def around(self, call: Call[Any], proceed: Proceed) -> None:
        try:
            await proceed()
        except Exception as error:
            count = len(call.messages)
            log = self._log.bind(lane=call.lane, count=count, error=error_text(error))
            if must_split(error, count):
                log.warning("work.unfolded")
            elif isinstance(error, ParleyError):
                log.warning("work.failed")
            else:
                log.error("work.failed", trace=error)
            raise


class PoisonGuard(Middleware):
    """Counts the starts of suspects in ``suspects/{id}``, and rejects what keeps killing workers.

    All messages that ask for the same work share a count, so that none begins anew.

    A suspect begins alone in its process. If it runs on after its beginning, while the event loop
    answers, its start is counted apart, and others run beside it. A count is deleted when its
    message ends, whatever the outcome.
    """

    def __init__(self, store: Store, queue: QueueName, log: Log) -> None:
        self._store = store
        self._queue = queue
        self._log = log

    def around(self, call: Call[Any], proceed: Proceed) -> Awaitable[None]:
        return self._guard(call, proceed) if call.is_alone else proceed()

    async def _guard(self, call: Call[Any], proceed: Proceed) -> None:
        (message,) = call.messages
        work = message.payload.work
        log = self._log.bind(messageId=message.message_id, work=work)
        try:
            starts, outlived = await self._starts(work)
            if starts < POISON_AFTER and outlived < WORN_OUT_AFTER:
                await self._add_start(work, earlier=starts)
        except ParleyError as error:
            # An uncounted start could kill workers forever.
            log.warning("suspect.notCounted", error=error_text(error))
            raise PostponeMessages from error
        if starts >= POISON_AFTER:
            text = f"started alone {starts} times, and its worker died each time"
            raise RejectMessages(DeadLetterCode.POISON, text)
        if outlived >= WORN_OUT_AFTER:
            text = f"started {outlived} times, and its worker died each time before it ended"
            raise RejectMessages(DeadLetterCode.POISON, text)
        log.info("suspect.begun", attempt=message.received.attempt)
        outlives = asyncio.create_task(self._note_outlived(work))
        try:
            await proceed()
        finally:
            outlives.cancel()
            await asyncio.wait([outlives])
            # Also when a drain cancels it: the message did not kill the process.
            await self._clear(work)

    async def after_dead_letter(
        self, received: Received, code: DeadLetterCode, payload: Payload | None
    ) -> None:
        if code is DeadLetterCode.POISON and payload is not None:
            await self._clear(payload.work)

    async def _note_outlived(self, work: str) -> None:
        """Count the start apart once the message has run alone for a while."""
        await asyncio.sleep(BEGINNING_SECONDS)
        fields = {"begun": Increment(-1), "outlived": Increment(1)}
        try:
            await self._store.commit([Merge(self._path(work), dict(fields))])
        except ParleyError as error:
            log = self._log.bind(work=work)
            log.warning("suspect.notCounted", error=error_text(error))

    async def _starts(self, work: str) -> tuple[int, int]:
        """Return the starts that may have killed a worker, and those that were outlived."""
        (snapshot,) = await self._store.get_many([self._path(work)])
        fields = snapshot.fields if snapshot is not None else {}
        counts = (fields.get("begun", 0), fields.get("outlived", 0))
        begun, outlived = (count if isinstance(count, int) else 0 for count in counts)
        return begun, outlived

    async def _add_start(self, work: str, *, earlier: int) -> None:
        fields = {
            "queue": str(self._queue),
            "work": work,
            "begun": Increment(1),
            "begunAt": SERVER_TIME,
        }
        try:
            await self._store.commit([Merge(self._path(work), dict(fields))])
        except CommitOutcomeUnknown:
            # A start that counts twice would condemn a harmless message.
            again, _ = await self._starts(work)
            if again <= earlier:
                raise

    async def _clear(self, work: str) -> None:
        try:
            await self._store.commit([Delete(self._path(work))])
        except ParleyError as error:
            log = self._log.bind(work=work)
            log.warning("suspect.notCleared", error=error_text(error))

    def _path(self, work: str) -> str:
        return paths.suspect(derived_id(self._queue, work))


def standard_middleware(queue: Queue, store: Store) -> list[Middleware]:
    """Return the entries around every queue's handler, outermost first."""
    log = get_log("workers.runner", queue=str(queue.name))
    return [
        PoisonGuard(store, queue.name, log),
        LogFailures(log),
        Timeout(queue.handler_seconds),
    ]
