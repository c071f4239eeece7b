"""Calls of a handler that returned, and whose messages are held until what they left is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from workers.runtime.handler import Unfinished


@dataclass(slots=True)
class UnfinishedCalls:
    """Runs beside the lanes. The messages held here take no room of flow control.

    ``on_held`` is called when messages have come here, and so have left room.
    """

    on_held: Callable[[], None]
    _tasks: dict[asyncio.Task[None], Unfinished] = field(default_factory=dict, init=False)
    _messages: int = field(default=0, init=False)
    _is_hurried: bool = field(default=False, init=False)

    @property
    def messages(self) -> int:
        """Return the number of messages that are held."""
        return self._messages

    def begin(
        self, unfinished: Unfinished, messages: int, settle: Coroutine[Any, Any, None]
    ) -> None:
        """Run ``settle``, which waits for what is left and settles so many messages."""
        task = asyncio.get_running_loop().create_task(settle)
        self._tasks[task] = unfinished
        self._messages += messages

        def end(_: asyncio.Task[None]) -> None:
            del self._tasks[task]
            self._messages -= messages

        task.add_done_callback(end)
        self.on_held()
        if self._is_hurried:
            unfinished.hurry()

    def hurry(self) -> None:
        """Finish all calls now, and later ones as they come."""
        self._is_hurried = True
        for unfinished in list(self._tasks.values()):
            unfinished.hurry()

    async def finish(self, seconds: float) -> int:
        """Wait so long for all calls, then cancel them; return how many were cancelled."""
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(list(self._tasks), timeout=max(0.0, seconds))
        await cancel(list(late))
        return len(late)


async def cancel(tasks: Sequence[asyncio.Future[Any]]) -> None:
    """Cancel tasks, and wait for a second: one that ignores it must not hold up the drain."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1.0)
