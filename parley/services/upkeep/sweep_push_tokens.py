"""Find registrations whose trigger was lost, by walking over the devices of all people.

No query finds recent registrations, since their times stand inside a map. So the walk visits
everybody, slowly: it costs a bounded number of reads a minute.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from parley.domain.ports import Clock
from parley.errors import Conflict
from parley.services.delivery.claim_push_tokens import ClaimPushTokens
from parley.store import OrderBy, Query, Snapshot, Store
from parley.structured_logging import error_text, get_log
from schema import paths

PEOPLE_A_STEP = 10
STEP = timedelta(minutes=1)
ROUND = timedelta(hours=6)
"""The least time from one round's start to the next, so that few people cost little."""

_log = get_log(__name__)


class SweepPushTokens:
    """Claims the tokens of all people, a few people at a time."""

    def __init__(
        self, *, store: Store, claim_push_tokens: ClaimPushTokens, clock: Clock, first_uid: str
    ) -> None:
        """``first_uid``: the first round begins here and goes on to the end.

        Each process draws its own. If processes restart often, rounds that all began at the start
        would never reach the last people. The first step waits for ``STEP``.
        """
        self._store = store
        self._claim_push_tokens = claim_push_tokens
        self._after: str | None = paths.push_tokens(first_uid)
        self._resumes_at = clock.now() + STEP
        self._began: datetime | None = None

    async def sweep(self, now: datetime) -> int:
        """Take one step, unless the walk rests; return how many claims removed a device.

        Call it every ``STEP``.
        """
        if now < self._resumes_at:
            return 0
        page = await self._page()
        if len(page) == PEOPLE_A_STEP:
            self._after = page[-1].path
        else:
            if self._began is not None:
                self._resumes_at = self._began + ROUND
            self._after, self._began = None, max(now, self._resumes_at)
        return await self._claim(page)

    async def sweep_all(self) -> int:
        """Make one round over all people at once; return the same number."""
        self._after = None
        count = 0
        while page := await self._page():
            count += await self._claim(page)
            self._after = page[-1].path
        return count

    async def _page(self) -> list[Snapshot]:
        query = Query(
            paths.USER_PUSH_TOKENS,
            order_by=(OrderBy("__name__"),),
            start_after=None if self._after is None else (self._after,),
            limit=PEOPLE_A_STEP,
            select=("devices",),
        )
        return [person async for part in self._store.stream(query) for person in part]

    async def _claim(self, page: list[Snapshot]) -> int:
        return sum(await asyncio.gather(*(self._claim_one(person) for person in page)))

    async def _claim_one(self, person: Snapshot) -> bool:
        try:
            return await self._claim_push_tokens.claim(person.id, known=person)
        except Conflict as problem:
            _log.warning("pushTokens.notClaimed", uid=person.id, error=error_text(problem))
            return False
