"""Middleware: an ordered list of entries around every call of a handler.

The first entry is the outermost. Tracing or metrics are one more entry of the list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from parley.domain.ports import Received
from parley.errors import ParleyError
from parley.structured_logging import Log, error_text
from schema.reasons import DeadLetterCode
from workers.runtime.lanes import Call
from workers.runtime.retry_verdicts import must_split

Proceed = Callable[[], Awaitable[None]]


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

    async def after_dead_letter(self, received: Received, code: DeadLetterCode) -> None:
        """React to a dead letter, once it is stored. Must not raise."""


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
