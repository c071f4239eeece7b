"""Room for pushes in hand, in bytes, over the whole process."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self


class PushRoom:
    """So many bytes may be in hand at once. Those who ask for more wait, in the order of asking."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._free = capacity
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def in_hand(self) -> int:
        """Return the bytes in hand."""
        return self._capacity - self._free

    def hold(self, amount: int) -> HeldRoom:
        """Return room to enter; one that asks for more than all waits for all."""
        return HeldRoom(self, min(amount, self._capacity))

    async def take(self, amount: int) -> None:
        if not self._waiting and amount <= self._free:
            self._free -= amount
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((amount, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(amount)
            else:
                with suppress(ValueError):
                    self._waiting.remove((amount, turn))
                self.give(0)
            raise

    def give(self, amount: int) -> None:
        self._free += amount
        while self._waiting and self._waiting[0][0] <= self._free:
            taken, turn = self._waiting.popleft()
            if not turn.done():
                self._free -= taken
                turn.set_result(None)


class HeldRoom:
    """Room that is taken while it is entered; it can only become less."""

    def __init__(self, room: PushRoom, amount: int) -> None:
        self._room = room
        self._amount = amount

    async def __aenter__(self) -> Self:
        await self._room.take(self._amount)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._room.give(self._amount)

    def shrink(self, amount: int) -> None:
        """Keep only this much."""
        if amount < self._amount:
            self._room.give(self._amount - amount)
            self._amount = amount
