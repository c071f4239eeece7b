"""Claim a person's push tokens as often as a person registers phones, and no more often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cachetools import TTLCache

from parley.domain.people.call_budgets import Spent, seconds_to_wait, spend
from parley.domain.ports import Clock
from parley.services.delivery.claim_push_tokens import ClaimPushTokens
from schema import limits

_PEOPLE: Final = 20_000
_REMEMBERED_SECONDS: Final = 70.0


class PacedClaims:
    """Claims after each registration of a device, up to a limit a minute in each process.

    A claim reads and writes others' documents, and a person may register without a pace. What is
    left out is found by their next registration, or by the slow walk over all devices.
    """

    def __init__(self, *, claims: ClaimPushTokens, clock: Clock) -> None:
        self._claims = claims
        self._clock = clock
        self._lately: TTLCache[str, Spent] = TTLCache(
            _PEOPLE, _REMEMBERED_SECONDS, lambda: clock.now().timestamp()
        )

    async def claim(self, uid: str, *, given_up: Mapping[str, datetime] | None = None) -> bool:
        """Claim the tokens of a person; return whether it was done. Raises ``Conflict``."""
        now = self._clock.now()
        lately = self._lately.get(uid, {})
        if seconds_to_wait(lately, now, 1, limits.TOKEN_CLAIMS_PER_MINUTE):
            return False
        self._lately[uid] = spend(lately, now, 1)
        await self._claims.claim(uid, given_up=given_up)
        return True
