"""What this process knows of the messages it has seen before."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from parley.domain.ports import Received

REMEMBERED = 20_000
"""Messages remembered; the longest unseen are forgotten first. Some 200 bytes each."""

UNEXPLAINED_DELIVERIES = 2
"""Earlier deliveries without a known end from which on a message is suspected: the third
delivery in a process that has just started."""


@dataclass(slots=True)
class Past:
    """How often a message failed here, and how often it was let go of here."""

    failures: int = 0
    endings: int = 0


class History:
    """Failures and known endings by message id.

    Pub/Sub's own attempt counts expired leases and what was given back too. Only deliveries that
    nobody here saw ending can have killed a process, and only failures count as failures.
    """

    def __init__(self) -> None:
        self._past: OrderedDict[str, Past] = OrderedDict()

    def failed(self, message_id: str) -> int:
        """One more failure; answers how many there are."""
        past = self._of(message_id)
        past.failures += 1
        return past.failures

    def ended(self, message_id: str) -> None:
        """The delivery is over, and this process lives."""
        self._of(message_id).endings += 1

    def forget(self, message_id: str) -> None:
        """It is done."""
        self._past.pop(message_id, None)

    def has_failed(self, message_id: str) -> bool:
        past = self._past.get(message_id)
        return past is not None and past.failures > 0

    def is_suspect(self, received: Received) -> bool:
        """Whether enough earlier deliveries are unexplained to take the message alone."""
        past = self._past.get(received.message_id)
        explained = past.endings if past is not None else 0
        return received.attempt - 1 - explained >= UNEXPLAINED_DELIVERIES

    def _of(self, message_id: str) -> Past:
        past = self._past.setdefault(message_id, Past())
        self._past.move_to_end(message_id)
        if len(self._past) > REMEMBERED:
            self._past.popitem(last=False)
        return past
