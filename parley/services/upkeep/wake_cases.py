"""Snoozed cases whose time has come: they are opened, as staff would open them.

Nothing triggers on a time, so the sweeper of every worker process looks. Many may find the same
case: the chat's ``update_time`` lets one open it, and whoever reads it later finds it awake.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError

from parley.domain.access import Refused
from parley.domain.chats.cases import wake_case
from parley.domain.chats.fan_out import ChatState
from parley.domain.ports import Clock
from parley.errors import Conflict, PermanentError
from parley.services.chats.change_chats import ChangeChats
from parley.store import OrderBy, Query, Snapshot, Where, Write
from parley.structured_logging import get_log
from schema import paths

_WOKEN_AT_ONCE = 50
"""Cases of one page, which are opened side by side."""

_LATE = timedelta(seconds=60)
"""How long after its time a snooze may have been written, by a clock that is behind ours."""

_WHOLE = timedelta(minutes=15)
"""Between two passes over all that is due, cases that cannot be opened among them."""

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_REMEMBERED = 10_000

_log = get_log(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class _Failed:
    """A case that could not be opened: how long it waits, and until when."""

    wait: timedelta
    next_at: datetime


class WakeCases:
    """Opens the cases that have slept long enough. One a process: it remembers failures."""

    def __init__(self, *, chats: ChangeChats, clock: Clock) -> None:
        self._chats = chats
        self._store = chats.store
        self._clock = clock
        self._looked: tuple[datetime, datetime] | None = None
        """The time of the last pass that looked at all that is due, and of the last pass."""
        self._failed: dict[str, _Failed] = {}

    async def wake_due(self, now: datetime | None = None) -> int:
        """One pass, page by page, over what became due since the last; the number it opened.

        ``now`` is the store's time, where it is known. A case that cannot be opened keeps its place
        and holds up no other; it is tried again after a wait that doubles each time. Now and then
        a pass looks at all that is due. Where nothing is due a pass costs one read.
        """
        now = now or self._clock.now()
        again = [chat_id for chat_id, failed in self._failed.items() if failed.next_at <= now]
        count = await self._wake_all(again, now)
        is_whole = self._looked is None or now - self._looked[0] >= _WHOLE
        since = None if is_whole or self._looked is None else self._looked[1] - _LATE
        due = Query(
            paths.CHATS,
            # Only a case that sleeps has this field, so it needs no second condition.
            where=(
                *(() if since is None else (Where("snoozedUntil", ">", since),)),
                Where("snoozedUntil", "<=", now),
            ),
            order_by=(OrderBy("snoozedUntil"), OrderBy("__name__")),
            limit=_WOKEN_AT_ONCE,
            select=("snoozedUntil",),
        )
        after: Snapshot | None = None
        while True:
            page = [
                case async for part in self._store.stream(_following(due, after)) for case in part
            ]
            count += await self._wake_all(
                [case.id for case in page if case.id not in self._failed], now
            )
            if len(page) < _WOKEN_AT_ONCE:
                break
            after = page[-1]
        self._looked = (now if is_whole or self._looked is None else self._looked[0], now)
        return count

    async def _wake_all(self, chat_ids: Sequence[str], now: datetime) -> int:
        count = 0
        for first in range(0, len(chat_ids), _WOKEN_AT_ONCE):
            some = chat_ids[first : first + _WOKEN_AT_ONCE]
            count += sum(await asyncio.gather(*(self._wake(chat_id, now) for chat_id in some)))
        return count

    async def _wake(self, chat_id: str, now: datetime) -> bool:
        """Whether it was this call that opened the case."""
        writes: list[Write] = []

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            nonlocal writes
            writes = wake_case(state, now, change_id)
            return writes

        try:
            await self._chats.change(chat_id, decide, "case")
        except (Refused, Conflict, PermanentError, ValidationError) as problem:
            _log.warning("case.notWoken", chatId=chat_id, error=str(problem))
            before = self._failed.pop(chat_id, None)
            wait = min(_LONGEST_WAIT, before.wait * 2) if before is not None else _FIRST_WAIT
            if len(self._failed) < _REMEMBERED:
                self._failed[chat_id] = _Failed(wait, now + wait)
            return False
        self._failed.pop(chat_id, None)
        return bool(writes)


def _following(query: Query, last: Snapshot | None) -> Query:
    if last is None:
        return query
    return dataclasses.replace(query, start_after=(last.fields["snoozedUntil"], last.path))
