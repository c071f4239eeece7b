"""Hold the calls of one person to what a minute allows.

Calls, and the documents that they write, are counted in the memory of each process. Calls that
write more than a few documents also take from ``budgets/{uid}`` before they commit, so that a
person cannot spend a budget in each of many processes at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from cachetools import TTLCache

from parley.domain.access import Caller, RefusalKind, Refused, StaffCaller, UserCaller
from parley.domain.people.call_budgets import Spent, seconds_to_wait, spend
from parley.domain.ports import Clock
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, Store, UpdatedAt, Write
from parley.store.commit_loop import commit_with_retry
from parley.store.counting import metering_writes
from schema import limits, paths
from schema.budgets import CallBudget, call_budget_fields
from schema.reasons import CallableReason

T = TypeVar("T")

_Taken = Callable[[Spent, Spent, datetime], tuple[Spent, Spent]]
"""What is written and changed so far, and now: return both with what is taken, or refuse."""

_PEOPLE: Final = 20_000
"""The most people whom a process counts; of more, those who called longest ago begin anew."""

_REMEMBERED_SECONDS: Final = 70.0


class CallBudgets:
    """The budgets of people. Programs and Parley itself have none. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._calls = self._memory()
        self._written = self._memory()
        self._in_hand: Counter[str] = Counter()
        """What the commits of calls under way write, by person; it is counted when they end."""
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def admit(self, caller: Caller) -> None:
        """Count one call; raise ``Refused`` above the limit of calls, or of writes."""
        uid = _uid_of(caller)
        if uid is None:
            return
        now = self._clock.now()
        calls = self._calls.get(uid, {})
        wait = seconds_to_wait(calls, now, 1, limits.CALLS_PER_MINUTE)
        if wait:
            raise too_many(f"more than {limits.CALLS_PER_MINUTE} calls in a minute", wait)
        self._require_writes(uid, now)
        self._calls[uid] = spend(calls, now, 1)

    async def run(
        self,
        caller: Caller,
        call: Callable[[], Awaitable[T]],
        *,
        reserve: int = 0,
        is_metered: bool = True,
    ) -> T:
        """Run an admitted call, and count what it wrote; ``reserve`` is taken before it begins.

        Without one, a first commit of more than a few documents takes them when it begins. Calls at
        once share what is left: one whose first commit finds nothing left is refused. An
        import is not metered: what it wrote would keep its author from all other calls.
        """
        uid = _uid_of(caller)
        if uid is None:
            return await call()
        if reserve:
            await self._reserve(uid, reserve)
        if not is_metered:
            return await call()
        in_hand = 0

        async def hold(amount: int) -> None:
            nonlocal in_hand
            is_first = not in_hand
            if is_first:
                self._require_writes(uid, self._clock.now())
            self._in_hand[uid] += amount - in_hand
            in_hand = amount
            if is_first and not reserve and amount > limits.UNRESERVED_WRITES:
                await self._reserve_change(uid, amount)

        with metering_writes(hold) as meter:
            try:
                return await call()
            finally:
                self._settle(uid, in_hand, meter.written)

    def _require_writes(self, uid: str, now: datetime) -> None:
        """Refuse somebody whose calls have written, or are about to write, all of a minute."""
        spent = spend(self._written.get(uid, {}), now, self._in_hand[uid])
        if wait := seconds_to_wait(spent, now, 1, limits.CALL_WRITES_PER_MINUTE):
            raise _too_many_writes(wait)

    def _settle(self, uid: str, in_hand: int, written: int) -> None:
        self._in_hand[uid] -= in_hand
        if not self._in_hand[uid]:
            del self._in_hand[uid]
        if written:
            self._written[uid] = spend(self._written.get(uid, {}), self._clock.now(), written)

    async def _reserve(self, uid: str, amount: int) -> None:
        """Take what a call can write at most; raise ``Refused`` if so much is not left."""

        def taken(written: Spent, changed: Spent, now: datetime) -> tuple[Spent, Spent]:
            if wait := seconds_to_wait(written, now, amount, limits.CALL_WRITES_PER_MINUTE):
                raise _too_many_writes(wait)
            return spend(written, now, amount), changed

        await self._take(uid, taken)

    async def _reserve_change(self, uid: str, amount: int) -> None:
        """Take what a commit writes; raise ``Refused`` if nothing is left."""

        def taken(written: Spent, changed: Spent, now: datetime) -> tuple[Spent, Spent]:
            if wait := seconds_to_wait(changed, now, 1, limits.CALL_WRITES_PER_MINUTE):
                raise _too_many_writes(wait)
            return written, spend(changed, now, amount)

        with metering_writes():
            await self._take(uid, taken)

    async def _take(self, uid: str, taken: _Taken) -> None:
        path = paths.budget(uid)

        async def decide() -> list[Write]:
            (found,) = await self._store.get_many([path])
            budget = CallBudget.parse_or_none(found.fields) if found is not None else None
            written, changed = taken(
                _by_slot(budget.written if budget else {}),
                _by_slot(budget.changed if budget else {}),
                self._clock.now(),
            )
            fields = call_budget_fields(written=written, changed=changed, updated_at=SERVER_TIME)
            fence = UpdatedAt(found.update_time) if found is not None else MUST_NOT_EXIST
            return [Set(path, fields, fence)]

        async with self._lanes.setdefault(uid, asyncio.Lock()):
            await commit_with_retry(self._store, decide, what=f"budget {uid}")

    def _memory(self) -> TTLCache[str, Spent]:
        return TTLCache(_PEOPLE, _REMEMBERED_SECONDS, lambda: self._clock.now().timestamp())


def _by_slot(stored: Mapping[str, int]) -> Spent:
    return {int(slot): count for slot, count in stored.items()}


def too_many(what: str, seconds: int) -> Refused:
    """Return the refusal of somebody who asks for too much, with the time after which to retry."""
    return Refused(
        RefusalKind.EXHAUSTED,
        CallableReason.TOO_MANY,
        f"you made {what}",
        f"try again in {seconds} s",
        retry_after=seconds,
    )


def _too_many_writes(seconds: int) -> Refused:
    limit = limits.CALL_WRITES_PER_MINUTE
    return too_many(f"changes that write more than {limit} documents in a minute", seconds)


def _uid_of(caller: Caller) -> str | None:
    return caller.uid if isinstance(caller, UserCaller | StaffCaller) else None
