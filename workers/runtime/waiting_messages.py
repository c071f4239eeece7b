"""Messages that have not begun, by lane, in the order in which they came. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Generic

from workers.runtime.handler import InFlightMessage, P


@dataclass(slots=True)
class WaitingMessages(Generic[P]):
    """Tells how many messages wait, and how many bytes of data they hold."""

    _lanes: dict[str, deque[InFlightMessage[P]]] = field(default_factory=dict, init=False)
    _count: int = field(default=0, init=False)
    _size: int = field(default=0, init=False)

    def __contains__(self, lane: str) -> bool:
        return lane in self._lanes

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> int:
        """Return the bytes of data of all that waits."""
        return self._size

    def repeats(self, message: InFlightMessage[P]) -> bool:
        """Return whether the last message of the lane asks for the same, and has not begun.

        A message that failed repeats no other: its failures are counted for itself.
        """
        waiting = self._lanes.get(message.payload.lane)
        return (
            waiting is not None
            and not message.has_failed
            and not waiting[-1].has_failed
            and waiting[-1].payload == message.payload
        )

    def add(self, message: InFlightMessage[P]) -> None:
        """Let a message wait at the end of its lane."""
        self._lanes.setdefault(message.payload.lane, deque()).append(message)
        self._count += 1
        self._size += len(message.received.data)

    def first(self, lane: str) -> InFlightMessage[P]:
        """Return the next message of a lane in which some wait."""
        return self._lanes[lane][0]

    def take(self, lane: str, most: int) -> list[InFlightMessage[P]]:
        """Take the next batch of a lane; one that has failed comes alone."""
        waiting = self._lanes[lane]
        batch = [waiting.popleft()]
        while waiting and len(batch) < most and not (batch[0].has_failed or waiting[0].has_failed):
            batch.append(waiting.popleft())
        if not waiting:
            del self._lanes[lane]
        self._count -= len(batch)
        self._size -= sum(len(message.received.data) for message in batch)
        return batch

    def clear(self) -> list[InFlightMessage[P]]:
        """Take all messages."""
        taken = [message for waiting in self._lanes.values() for message in waiting]
        self._lanes.clear()
        self._count = self._size = 0
        return taken
