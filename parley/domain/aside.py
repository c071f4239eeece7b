"""The port for work that may keep a processor busy, and so must not hold up the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

T = TypeVar("T")


class Aside(Protocol):
    """Runs functions beside the event loop."""

    async def run(self, work: Callable[[], T]) -> T:
        """Return the function's result, or raise its error.

        The function must not touch what the event loop changes meanwhile. A function that runs
        cannot be stopped, so it must bound its own steps.
        """
        ...


class AtOnce:
    """Runs them in the event loop: for tests in virtual time, and for short-lived commands."""

    async def run(self, work: Callable[[], T]) -> T:
        return work()


AT_ONCE: Final = AtOnce()
