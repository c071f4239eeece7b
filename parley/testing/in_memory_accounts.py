"""Accounts in memory: the twin of the adapter for Firebase Authentication."""

from __future__ import annotations

from parley.errors import RetryableError


class InMemoryAccounts:
    """Accounts by uid; ``disabled`` is who cannot sign in. ``is_away`` refuses every call.

    ``phones`` are the numbers by which people sign in; ``asked`` is whose number was asked for.
    """

    def __init__(self) -> None:
        self.disabled: set[str] = set()
        self.phones: dict[str, str] = {}
        self.asked: list[str] = []
        self.is_away = False

    async def disable(self, uid: str) -> None:
        """Disable an account."""
        self._meet()
        self.disabled.add(uid)

    async def enable(self, uid: str) -> None:
        """Enable an account."""
        self._meet()
        self.disabled.discard(uid)

    async def phone_of(self, uid: str) -> str | None:
        """Return the number of an account."""
        self._meet()
        self.asked.append(uid)
        return self.phones.get(uid)

    def _meet(self) -> None:
        if self.is_away:
            raise RetryableError("the accounts are away")
