"""The contract of a handler, and the messages that it is called with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from pydantic import ValidationError

from parley.domain.ports import Received
from parley.structured_logging import error_text
from schema.events import Payload, QueueName
from schema.reasons import DeadLetterCode

IsFirst = Callable[[], bool]


class Unfinished(Protocol):
    """What a call leaves to be done later. Its messages are held until then; its lane is free."""

    async def wait(self) -> None:
        """Return when it is done; raise as ``handle`` does if the messages must come again."""
        ...

    def hurry(self) -> None:
        """Do it at once: the process is about to end. May be called more than once."""
        ...


P = TypeVar("P", bound=Payload)
P_contra = TypeVar("P_contra", bound=Payload, contravariant=True)


class Handler(Protocol[P_contra]):
    """Does the work of one queue."""

    @property
    def queue(self) -> QueueName: ...

    async def handle(self, payloads: Sequence[P_contra], *, is_first: IsFirst) -> Unfinished | None:
        """Do what these payloads of one lane ask for; return once it is committed.

        Return what is left to be done later, if the messages must not be acknowledged before.

        ``is_first()`` is true while this process alone has received these messages, and this is
        their first call. Work that is found done was then done by a copy of the message, and the
        worker that holds the copy finishes the rest.

        Handlers are idempotent: a call may hold the same payload twice, and a payload may come
        again after it was done. Raise ``RetryableError`` or ``Conflict`` for a redelivery with
        back-off and ``PermanentError`` for a dead letter. Any other error is logged with its stack
        trace and retried.
        """
        ...

    async def give_up(self, payload: P_contra, *, code: DeadLetterCode, error: str) -> None:
        """End whatever in the tree waits for this payload; it is about to be a dead letter.

        May be called more than once. A dead letter that is published again must still work. Raise
        ``RetryableError`` or ``Conflict`` to be called again later.
        """
        ...


Work = Callable[[], Awaitable[Unfinished | None]]
"""Does what ``handle`` does for one call."""


@dataclass(frozen=True, slots=True)
class GoAlone:
    """The outcome of a call that ``work`` ends, apart from the others."""

    work: Work


Outcome = Unfinished | Exception | GoAlone | None
"""How one of many calls ended: as if ``handle`` had returned or raised it, or not yet."""


@runtime_checkable
class JointHandler(Protocol[P_contra]):
    """A handler that also does the work of many lanes at once, at less cost for each."""

    def joins(self, payloads: Sequence[P_contra]) -> bool:
        """Return whether the call with these payloads may be handled beside others."""
        ...

    async def handle_together(
        self, calls: Sequence[Sequence[P_contra]], are_first: Sequence[IsFirst]
    ) -> Sequence[Outcome]:
        """Handle calls of different lanes; return the outcome of each, in order.

        A call that fails, or takes long, must not harm the others. If this raises, each call is
        handled alone.
        """
        ...


@dataclass(eq=False, slots=True)
class InFlightMessage(Generic[P]):
    """A decoded message that is not acknowledged yet.

    ``has_failed``: it failed in this process, so it is no longer batched with others.
    ``is_suspect``: earlier deliveries never ended, so it may kill its worker and runs alone.
    """

    received: Received
    payload: P
    has_failed: bool = False
    is_suspect: bool = False

    @property
    def message_id(self) -> str:
        return self.received.message_id


class UndecodableMessage(Exception):
    """The message can never be handled; ``code`` says why."""

    def __init__(self, code: DeadLetterCode, error: str) -> None:
        super().__init__(error)
        self.code = code


def decode(data: bytes, payload: type[P]) -> P:
    """Return the payload; raise ``UndecodableMessage``.

    Unknown fields are ignored, so that a newer publisher may add them. A change that older workers
    must not ignore raises ``v``.
    """
    try:
        return payload.model_validate_json(data, extra="ignore")
    except ValidationError as error:
        is_version = any(one["loc"] == ("v",) for one in error.errors(include_input=False))
        code = DeadLetterCode.UNKNOWN_VERSION if is_version else DeadLetterCode.MALFORMED
        raise UndecodableMessage(code, error_text(error)) from None
