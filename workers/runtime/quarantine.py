"""Keeps a suspect alone in its process while it begins, whichever queue it came from.

A suspect that kills its process would otherwise be confused with those that run beside it, of the
same queue or another. Pure.
"""

from __future__ import annotations

from collections.abc import Callable

BEGINNING_SECONDS = 1.0
"""How long a suspect runs alone in the process. One that is still running then, with a loop that
answers, only waits for something; the end of its process is not blamed on it."""

CLEARING_SECONDS = 2.0
"""How long a suspect waits for others to end. What still runs then has outlived its beginning."""


class Quarantine:
    """One for each process, shared by all its runners.

    ``watch`` adds a function that is called when waiting work may begin.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._running = 0
        self._holder: object | None = None
        self._claimed_at = 0.0
        self._begun_at: float | None = None
        self._watchers: list[Callable[[], None]] = []
        self._others_first = False

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    def may_begin(self) -> bool:
        """Return whether a call that is of no suspect may begin now."""
        return self._holder is None or self._has_outlived()

    def claim(self, owner: object, *, has_waited: bool) -> bool:
        """Return whether a suspect of this owner may begin now; if not, hold back new calls.

        ``has_waited``: it has waited for the others of its queue, and waits for nobody else.

        Between two suspects all others get a turn.
        """
        if self._others_first:
            return False
        if self._holder is not None and self._holder is not owner:
            if not self._has_outlived():
                return False
            self._holder = None
        if self._holder is None:
            self._holder, self._claimed_at, self._begun_at = owner, self._monotonic(), None
        is_cleared = self._monotonic() - self._claimed_at >= CLEARING_SECONDS
        return self._begun_at is None and (not self._running or is_cleared or has_waited)

    def is_claimed_by(self, owner: object) -> bool:
        """Return whether a suspect of this owner only waits for others to end."""
        return self._holder is owner and self._begun_at is None

    def withdraw(self, owner: object) -> None:
        """Give up a claim whose suspect cannot begin after all."""
        if self.is_claimed_by(owner):
            self._release()

    def begin(self, owner: object, *, is_suspect: bool) -> None:
        """Count a call that begins."""
        self._running += 1
        if is_suspect and self._holder is owner:
            self._begun_at = self._monotonic()

    def end(self, owner: object, *, is_suspect: bool) -> None:
        """Count a call that has ended."""
        self._running -= 1
        if is_suspect and self._holder is owner and self._begun_at is not None:
            self._release()
        elif self._holder is not None and self._begun_at is None and not self._running:
            self._tell()

    def seconds_to_next(self) -> float | None:
        """Return when to look again, in seconds; None if nobody is held back."""
        if self._holder is None or self._has_outlived():
            return None
        if self._begun_at is None:
            return max(0.0, self._claimed_at + CLEARING_SECONDS - self._monotonic())
        return max(0.0, self._begun_at + BEGINNING_SECONDS - self._monotonic())

    def _has_outlived(self) -> bool:
        begun_at = self._begun_at
        return begun_at is not None and self._monotonic() - begun_at >= BEGINNING_SECONDS

    def _release(self) -> None:
        self._holder, self._begun_at = None, None
        self._others_first = True
        try:
            self._tell()
        finally:
            self._others_first = False
        self._tell()

    def _tell(self) -> None:
        for changed in list(self._watchers):
            changed()
