"""The App behind every function, and the event loop that it lives on.

Functions are called on threads of a server that is not asynchronous, while the App's connections
belong to one event loop. So there is one loop, on a thread of its own, and each call waits for it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

from parley.bootstrap import App, build
from parley.errors import RetryableError
from parley.settings import Settings
from parley.structured_logging import configure

CALL_SECONDS = 50.0
"""Less than the 60 seconds after which Firebase ends a function, so that the caller is told."""

A = TypeVar("A")
T = TypeVar("T")


class Runtime(Generic[A]):
    """Runs coroutines on the App, which is built at the first call and never at import.

    Discovery imports the functions at deploy time, where there is neither network nor credentials.
    """

    def __init__(self, opened: Callable[[], AbstractAsyncContextManager[A]]) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._app: A | None = None

    @property
    def is_built(self) -> bool:
        """Whether a call has been made."""
        return self._app is not None

    def run(self, call: Callable[[A], Coroutine[Any, Any, T]]) -> T:
        """What ``call(app)`` comes to; raises what it raises, ``RetryableError`` when late."""
        loop, app = self._started()
        future = asyncio.run_coroutine_threadsafe(call(app), loop)
        try:
            return future.result(CALL_SECONDS)
        except TimeoutError:
            if future.done():
                raise
            future.cancel()
            raise RetryableError(f"not done within {CALL_SECONDS:g} s") from None

    def _started(self) -> tuple[asyncio.AbstractEventLoop, A]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="app", daemon=True).start()
            if self._app is None:
                # Its exit is the process's: an instance is frozen and killed, never closed.
                entered = asyncio.run_coroutine_threadsafe(self._enter(), self._loop)
                self._app = entered.result(CALL_SECONDS)
            return self._loop, self._app

    async def _enter(self) -> A:
        self._context = self._opened()
        return await self._context.__aenter__()


def from_environment() -> AbstractAsyncContextManager[App]:
    """The App that the environment asks for; its logs go to standard output."""
    settings = Settings.from_environment(os.environ)
    configure(settings.log_level)
    return build(settings)


runtime: Runtime[App] = Runtime(from_environment)


def run(call: Callable[[App], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on the App of this process and wait for it."""
    return runtime.run(call)
