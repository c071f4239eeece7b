"""Calls the handler through its middleware, and settles each message by the outcome."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from parley.domain.ports import Received
from parley.domain.retry_verdicts import (
    DeadLetter,
    DeliveryHistory,
    Retry,
    is_transient,
    judge,
    must_split,
)
from parley.errors import RetryableError
from parley.queues import LAST_DELIVERY, Queue
from parley.services.upkeep.dead_letters import DeadLetters
from parley.structured_logging import Log, error_text
from schema.reasons import DeadLetterCode
from workers.runtime.handler import Handler, InFlightMessage, IsFirst, P, Unfinished, Work
from workers.runtime.lanes import Call
from workers.runtime.leases import Leases
from workers.runtime.middleware import (
    Middleware,
    PostponeMessages,
    RejectMessages,
    surround,
    within,
)
from workers.runtime.unfinished_calls import UnfinishedCalls


@dataclass(frozen=True, slots=True)
class Executor(Generic[P]):
    """Ends every message: acknowledged, postponed or dead-lettered. Raises nothing."""

    handler: Handler[P]
    queue: Queue
    middleware: Sequence[Middleware]
    dead_letters: DeadLetters
    leases: Leases
    history: DeliveryHistory
    log: Log
    randomness: random.Random
    unfinished: UnfinishedCalls

    async def execute(self, call: Call[P], work: Work | None = None) -> None:
        """Call the handler, or what is left of its work; settle all messages of the call."""
        try:
            await self._execute(call, work)
        except Exception as fault:
            # A bug of the runtime or of a middleware; the messages are redelivered.
            self.log.error("worker.fault", trace=fault, lane=call.lane)
            for message in call.messages:
                self._postpone(message.received, 1)

    async def dead_letter(
        self,
        received: Received,
        code: DeadLetterCode,
        error: str,
        *,
        payload: P | None = None,
    ) -> None:
        """Store a dead letter and acknowledge the message; postpone it if either step fails.

        The handler first ends what waits for the message, so a dead letter that exists says that
        nothing waits any more, or why that failed.
        """
        message_id = received.message_id
        log = self.log.bind(messageId=message_id, code=str(code), error=error)
        if payload is not None and (failed := await self._give_up(payload, code, error)):
            if is_transient(failed):
                log.warning("message.notParked", why=error_text(failed))
                self._postpone_failed(received)
                return
            log.error("message.notGivenUp", trace=failed, why=error_text(failed))
            error = f"{error}; and what waits for it could not be ended: {error_text(failed)}"
        try:
            document_id = await self.dead_letters.store(
                received, code=code, error=error, payload=payload
            )
        except Exception as failed:
            log.error("message.notParked", why=error_text(failed))
            self._postpone_failed(received)
            return
        log.error("message.parked", deadLetter=document_id, attempts=received.attempt)
        self._acknowledge(message_id)
        for entry in self.middleware:
            await entry.after_dead_letter(received, code, payload)

    async def _give_up(self, payload: P, code: DeadLetterCode, error: str) -> Exception | None:
        seconds = self.queue.handler_seconds
        try:
            await within(seconds, self.handler.give_up(payload, code=code, error=error))
        except TimeoutError as late:
            # The next delivery continues where this one stopped.
            return RetryableError(str(late))
        except Exception as failed:
            return failed
        return None

    def is_first_of(self, call: Call[P]) -> IsFirst:
        """Return what tells whether this process alone has received the messages of a call."""

        def is_first() -> bool:
            return all(
                message.received.attempt == 1 and self.leases.is_unbroken(message.message_id)
                for message in call.messages
            )

        return is_first

    def settle(self, call: Call[P], unfinished: Unfinished | None) -> None:
        """Acknowledge the messages of a call that has succeeded, once nothing of it is left."""
        if unfinished is not None:
            self.unfinished.begin(
                unfinished, len(call.messages), self._finish(unfinished, call.messages)
            )
            return
        for message in call.messages:
            self._acknowledge(message.message_id)

    async def _execute(
        self, call: Call[P], work: Work | None = None, *, is_repeat: bool = False
    ) -> None:
        unfinished: Unfinished | None = None

        async def handle() -> None:
            nonlocal unfinished
            if work is not None:
                unfinished = await work()
                return
            payloads = [message.payload for message in call.messages]
            is_first = _never if is_repeat else self.is_first_of(call)
            unfinished = await self.handler.handle(payloads, is_first=is_first)

        try:
            await surround(handle, self.middleware, call)()
        except PostponeMessages:
            for message in call.messages:
                self._postpone(message.received, self._delay(1))
        except RejectMessages as rejected:
            for message in call.messages:
                await self.dead_letter(
                    message.received, rejected.code, str(rejected), payload=message.payload
                )
        except Exception as error:
            if must_split(error, len(call.messages)):
                for message in call.messages:
                    await self._execute(Call(call.lane, [message]), is_repeat=True)
            else:
                await self._settle_failed(call.messages, error)
        else:
            self.settle(call, unfinished)

    async def _finish(self, unfinished: Unfinished, messages: Sequence[InFlightMessage[P]]) -> None:
        """Settle messages when what their call left to do is done."""
        try:
            await unfinished.wait()
        except Exception as error:
            await self._settle_failed(messages, error)
        else:
            for message in messages:
                self._acknowledge(message.message_id)

    async def _settle_failed(
        self, messages: Sequence[InFlightMessage[P]], error: Exception
    ) -> None:
        for message in messages:
            verdict = judge(
                error,
                failures=self.history.add_failure(message.message_id),
                attempt=message.received.attempt,
                last_delivery=LAST_DELIVERY,
                policy=self.queue.retry,
                randomness=self.randomness,
            )
            match verdict:
                case Retry(seconds):
                    self._postpone(message.received, seconds)
                case DeadLetter(code):
                    await self.dead_letter(
                        message.received, code, error_text(error), payload=message.payload
                    )

    def _acknowledge(self, message_id: str) -> None:
        self.history.forget(message_id)
        self.leases.acknowledge(message_id)

    def _postpone(self, received: Received, seconds: int) -> None:
        self.history.add_end(received.message_id)
        self.leases.postpone(received.message_id, seconds)

    def _postpone_failed(self, received: Received) -> None:
        self._postpone(received, self._delay(self.history.add_failure(received.message_id)))

    def _delay(self, failures: int) -> int:
        delay = self.queue.retry.delay(failures, asked=None, randomness=self.randomness)
        return max(1, round(delay))


def _never() -> bool:
    return False
