"""The App behind every function, and its event loop.

Firebase calls functions on threads, while the App's connections belong to one event loop. So one
loop runs on a thread of its own, and each call waits for it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

from parley.app import App
from parley.connect import build
from parley.errors import RetryableError
from parley.settings import Settings
from parley.structured_logging import configure

CALL_SECONDS = 50.0
"""Less than Firebase's timeout of 60 seconds, so that the caller gets an answer."""

A = TypeVar("A")
T = TypeVar("T")


class Runtime(Generic[A]):
    """Runs coroutines on the App, which the first call builds.

    Discovery imports the functions at deploy time, without network and credentials.
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
        """Return the result of ``call(app)``; raise ``RetryableError`` after a timeout."""
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
                # Never closed: Firebase freezes and kills an instance.
                entered = asyncio.run_coroutine_threadsafe(self._enter(), self._loop)
                self._app = entered.result(CALL_SECONDS)
            return self._loop, self._app

    async def _enter(self) -> A:
        self._context = self._opened()
        return await self._context.__aenter__()


def from_environment() -> AbstractAsyncContextManager[App]:
    """Build the App from the environment; its logs go to standard output."""
    settings = Settings.from_environment(os.environ)
    configure(settings.log_level)
    return build(settings)


runtime: Runtime[App] = Runtime(from_environment)


def run(call: Callable[[App], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on the App of this process and wait for it."""
    return runtime.run(call)
