"""Posts of one call that wait for summaries, until everybody was told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence


class FoldedPosts:
    """What a call left to be done: its queue messages are held until then."""

    def __init__(self, message_ids: Sequence[str], *, hurry: Callable[[], None]) -> None:
        self.message_ids = message_ids
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hurry = hurry

    async def wait(self) -> None:
        """Return when everybody has been told; raise ``RetryableError`` if that has failed."""
        await asyncio.shield(self._done)

    def hurry(self) -> None:
        """Tell everybody now: the process is about to end."""
        self._hurry()

    def settle(self, error: Exception | None = None) -> None:
        """End the waiting."""
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)
            # Nobody may be waiting, as after a drain that was cut off.
            self._done.exception()
