"""What this process remembers of earlier deliveries of a message."""

from __future__ import annotations

from dataclasses import dataclass

from cachetools import LRUCache

from parley.domain.ports import Received

MAX_REMEMBERED = 20_000
"""Messages remembered, about 200 bytes each; the least recently seen are forgotten first."""

UNEXPLAINED_DELIVERIES = 2
"""Earlier deliveries without a known end that make a message a suspect. In a process that has just
started that is its third delivery."""


@dataclass(slots=True)
class Record:
    """Counts for one message in this process."""

    failures: int = 0
    ends: int = 0


class DeliveryHistory:
    """Failures and known ends by message id.

    Pub/Sub's attempt also counts expired leases and messages that were given back. Only a delivery
    whose end nobody saw can have killed a process, and only a failure counts as a failure.
    """

    def __init__(self) -> None:
        self._records: LRUCache[str, Record] = LRUCache(MAX_REMEMBERED)

    def add_failure(self, message_id: str) -> int:
        """Count a failure, and return the number of failures."""
        record = self._records.setdefault(message_id, Record())
        record.failures += 1
        return record.failures

    def add_end(self, message_id: str) -> None:
        """Count a delivery that ended while this process lived."""
        self._records.setdefault(message_id, Record()).ends += 1

    def forget(self, message_id: str) -> None:
        """Drop a message that is done."""
        self._records.pop(message_id, None)

    def has_failed(self, message_id: str) -> bool:
        record = self._records.get(message_id)
        return record is not None and record.failures > 0

    def is_suspect(self, received: Received) -> bool:
        """Return whether too many earlier deliveries have no known end."""
        record = self._records.get(received.message_id)
        ends = record.ends if record is not None else 0
        return received.attempt - 1 - ends >= UNEXPLAINED_DELIVERIES
