"""What a queue's handler has to be, and a message as the runner holds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from parley.domain.ports import Received
from schema.events import Payload, QueueName
from schema.reasons import DeadLetterCode

IsFirst = Callable[[], bool]

P = TypeVar("P", bound=Payload)
P_contra = TypeVar("P_contra", bound=Payload, contravariant=True)


class Handler(Protocol[P_contra]):
    """Does the work of one queue."""

    @property
    def queue(self) -> QueueName: ...

    async def handle(self, payloads: Sequence[P_contra], *, is_first: IsFirst) -> None:
        """Do what these payloads, all of one lane, ask for; return when it is committed.

        ``is_first()``: until now nobody else was given any of these messages, nor was this handler
        called for them before. What is found done was then done for other messages, and whoever
        holds those sees to the rest of the work too.

        The same payload may come twice in a call, and again after it was done. Raise
        ``RetryableError`` or ``Conflict`` to have them again later and ``PermanentError`` to have
        them parked; any other error counts as retryable and is logged with its stack trace.
        """
        ...

    async def given_up(self, payload: P_contra, *, code: DeadLetterCode, error: str) -> None:
        """This payload is about to be parked: end whatever in the tree waits for it.

        Nothing may wait for work that nobody does any more. Called before the dead letter is
        written, and perhaps again; a parked payload that is sent again must find nothing amiss.
        Raise ``RetryableError`` or ``Conflict`` to be called again later.
        """
        ...


@dataclass(eq=False, slots=True)
class Held(Generic[P]):
    """A message in hand, decoded.

    ``single``: it failed before, so it is handled without others of its lane. ``suspect``: it was
    delivered before without having ended as far as is known, so it is handled alone.
    """

    received: Received
    payload: P
    single: bool = False
    suspect: bool = False

    @property
    def message_id(self) -> str:
        return self.received.message_id
