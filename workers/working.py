"""Calls the handler, and decides with its errors what becomes of each message."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Generic

from parley.domain.ports import Received
from parley.errors import ParleyError, RetryableError
from parley.queues import Queue
from parley.store import Store
from parley.structured_logging import Log, error_text
from schema.reasons import DeadLetterCode
from workers.handler import Handler, Held, P
from workers.history import History
from workers.lanes import Work
from workers.leases import Leases
from workers.parking import DeadLetters
from workers.suspects import POISON_AFTER, Suspects
from workers.verdicts import Later, Park, is_passing, judge


class Working(Generic[P]):
    """Every message it is given ends finished, postponed or parked; it raises nothing."""

    def __init__(
        self,
        handler: Handler[P],
        queue: Queue,
        store: Store,
        leases: Leases,
        history: History,
        log: Log,
        randomness: random.Random,
    ) -> None:
        self._handler = handler
        self._queue = queue
        self._leases = leases
        self._history = history
        self._log = log
        self._randomness = randomness
        self._dead_letters = DeadLetters(store, queue.name)
        self._suspects = Suspects(store, queue.name)

    async def work(self, work: Work[P]) -> None:
        """Handle the messages of one lane."""
        try:
            if work.alone:
                await self._alone(work.messages[0])
            else:
                await self._folded(work.messages)
        except Exception as fault:
            # A fault of our own; the messages come again.
            self._log.error("worker.fault", trace=fault, lane=work.lane)
            for held in work.messages:
                self._later(held.received, 1)

    async def park(
        self,
        received: Received,
        code: DeadLetterCode,
        message: str,
        *,
        payload: P | None = None,
    ) -> bool:
        """Put a message among the dead letters; False if it could not be and is kept.

        First the handler ends what waits for it: a dead letter that is there says that this is
        done, or why it could not be.
        """
        message_id = received.message_id
        log = self._log.bind(messageId=message_id, code=str(code), error=message)
        if payload is not None and (failed := await self._given_up(payload, code, message)):
            if is_passing(failed):
                log.warning("message.notParked", why=error_text(failed))
                self._later(received, self._delay(self._history.failed(message_id)))
                return False
            log.error("message.notGivenUp", trace=failed, why=error_text(failed))
            message = f"{message}; and what waits for it could not be ended: {error_text(failed)}"
        try:
            document_id = await self._dead_letters.park(
                received, code=code, message=message, payload=payload
            )
        except Exception as failed:
            log.error("message.notParked", why=error_text(failed))
            self._later(received, self._delay(self._history.failed(message_id)))
            return False
        log.error("message.parked", deadLetter=document_id, attempts=received.attempt)
        self._history.forget(message_id)
        self._leases.finish(message_id)
        return True

    async def _given_up(self, payload: P, code: DeadLetterCode, why: str) -> Exception | None:
        try:
            async with asyncio.timeout(self._queue.handler_seconds):
                await self._handler.given_up(payload, code=code, error=why)
        except TimeoutError as late:
            # It goes on where it was when the message comes again.
            return RetryableError(f"took longer than {self._queue.handler_seconds} s: {late}")
        except Exception as error:
            return error
        return None

    async def _folded(self, messages: Sequence[Held[P]], *, is_again: bool = False) -> None:
        error = await self._attempt(messages, is_again=is_again)
        if error is None:
            self._done(messages)
        elif len(messages) == 1 or is_passing(error):
            # Those that failed together come back to be handled one by one.
            await self._failed(messages, error)
        else:
            # One bad one must not take the others with it.
            self._log.warning("work.unfolded", count=len(messages), error=error_text(error))
            for held in messages:
                await self._folded([held], is_again=True)

    async def _alone(self, held: Held[P]) -> None:
        message_id = held.message_id
        try:
            begun = await self._suspects.begun(message_id)
            if begun < POISON_AFTER:
                await self._suspects.begin(message_id, begun=begun)
        except ParleyError as failed:
            # It must not be begun uncounted.
            self._log.warning("suspect.notCounted", messageId=message_id, error=error_text(failed))
            self._later(held.received, self._delay(1))
            return
        if begun >= POISON_AFTER:
            text = f"begun {begun} times alone, and each time its worker ended first"
            if await self.park(held.received, DeadLetterCode.POISON, text, payload=held.payload):
                await self._clear(message_id)
            return
        self._log.info("suspect.begun", messageId=message_id, attempt=held.received.attempt)
        try:
            error = await self._attempt([held])
        finally:
            # Also when it is cut off at a drain: it did not kill the process.
            await self._clear(message_id)
        if error is None:
            self._done([held])
        else:
            await self._failed([held], error)

    async def _clear(self, message_id: str) -> None:
        try:
            await self._suspects.end(message_id)
        except ParleyError as failed:
            self._log.warning("suspect.notCleared", messageId=message_id, error=error_text(failed))

    async def _attempt(
        self, messages: Sequence[Held[P]], *, is_again: bool = False
    ) -> Exception | None:
        def is_first() -> bool:
            return not is_again and all(
                held.received.attempt == 1 and self._leases.is_unbroken(held.message_id)
                for held in messages
            )

        limit = self._queue.handler_seconds
        try:
            async with asyncio.timeout(limit) as timer:
                await self._handler.handle([held.payload for held in messages], is_first=is_first)
        except TimeoutError as late:
            return TimeoutError(f"took longer than {limit} s") if timer.expired() else late
        except Exception as error:
            return error
        return None

    def _done(self, messages: Sequence[Held[P]]) -> None:
        for held in messages:
            self._history.forget(held.message_id)
            self._leases.finish(held.message_id)

    async def _failed(self, messages: Sequence[Held[P]], error: Exception) -> None:
        text = error_text(error)
        log = self._log.bind(lane=messages[0].payload.lane, count=len(messages), error=text)
        if isinstance(error, ParleyError):
            log.warning("work.failed")
        else:
            log.error("work.failed", trace=error)
        for held in messages:
            verdict = judge(
                error,
                failures=self._history.failed(held.message_id),
                attempt=held.received.attempt,
                policy=self._queue.retry,
                randomness=self._randomness,
            )
            match verdict:
                case Later(seconds):
                    self._later(held.received, seconds)
                case Park(code):
                    await self.park(held.received, code, text, payload=held.payload)

    def _later(self, received: Received, seconds: int) -> None:
        self._history.ended(received.message_id)
        self._leases.postpone(received.message_id, seconds)

    def _delay(self, failures: int) -> int:
        delay = self._queue.retry.delay(failures, asked=None, randomness=self._randomness)
        return max(1, round(delay))
