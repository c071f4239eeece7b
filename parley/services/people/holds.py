"""Hold people who do something too often, which rules cannot count: they read ``holds``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cachetools import TTLCache

from parley.domain.people.call_budgets import SLOT_SECONDS, Spent, seconds_to_wait, spend
from parley.domain.ports import Clock
from parley.store import Set, Store
from parley.structured_logging import get_log
from schema import limits, paths
from schema.users import hold_fields

_PEOPLE: Final = 10_000
_REMEMBERED_SECONDS: Final = 70.0
_HELD_SECONDS: Final = float(limits.HOLD_SECONDS + SLOT_SECONDS)
"""The longest hold: what was counted comes back with its slot."""

_log = get_log("services.holds")


class Holds:
    """Counts what each person does in a minute. One instance a process for each kind of act."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        acts: str,
        most: int,
        hold: Callable[[str], str] = paths.hold,
    ) -> None:
        """``acts`` names them in the log; ``most`` of one person in a minute are no reason.

        ``hold``: the path of the document that the rule of these acts reads.
        """
        self._store = store
        self._clock = clock
        self._acts = acts
        self._most = most
        self._path = hold

        def seconds() -> float:
            return clock.now().timestamp()

        self._lately: TTLCache[str, Spent] = TTLCache(_PEOPLE, _REMEMBERED_SECONDS, timer=seconds)
        self._held: TTLCache[str, datetime] = TTLCache(_PEOPLE, _HELD_SECONDS, timer=seconds)

    async def admit(self, uid: str, at: datetime) -> bool:
        """Count an act of that time; return whether it was within the limit.

        Above it, hold the person for a minute: one write for all acts of that minute.
        """
        lately = self._lately.get(uid, {})
        if wait := seconds_to_wait(lately, at, 1, self._most):
            until = self._clock.now() + timedelta(seconds=max(limits.HOLD_SECONDS, wait))
            await self._hold(uid, until)
            return False
        self._lately[uid] = spend(lately, at, 1)
        return True

    async def _hold(self, uid: str, until: datetime) -> None:
        """Hold a person once, until they may act again: what they did before comes for a while."""
        if uid not in self._held:
            await self._store.commit([Set(self._path(uid), hold_fields(until))])
            self._held[uid] = until
            _log.warning("people.held", uid=uid, acts=self._acts, until=until.isoformat())
