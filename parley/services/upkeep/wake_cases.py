"""Open snoozed cases that are due, as staff would open them.

Nothing triggers on a time, so a periodic task looks. Two passes may find the same case: the chat's
``update_time`` lets one of them open it, and the other then finds it open.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError

from parley.domain.access import Refused
from parley.domain.chats.cases import wake_case
from parley.domain.chats.chat_state import ChatState
from parley.domain.ports import Clock
from parley.errors import Conflict, PermanentError
from parley.services.chats.change_chats import ChangeChats
from parley.store import OrderBy, Query, Snapshot, Where, Write
from parley.structured_logging import error_text, get_log
from schema import paths

_CONCURRENCY = 50
"""Cases of one page, which are opened side by side."""

_LATE = timedelta(seconds=60)
"""How long after it was due a snooze may have been written, by a clock that is behind ours."""

_FULL_PASS = timedelta(minutes=15)
"""Between two passes over all cases that are due, including those that cannot be opened."""

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_MAX_REMEMBERED = 10_000

_log = get_log(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class _Failed:
    """A case that could not be opened: its last back-off, and the time of the next attempt."""

    wait: timedelta
    next_at: datetime


class WakeCases:
    """Opens due cases, and remembers those that it could not open."""

    def __init__(self, *, chats: ChangeChats, clock: Clock) -> None:
        self._chats = chats
        self._store = chats.store
        self._clock = clock
        self._full_pass_at: datetime | None = None
        self._last_pass_at: datetime | None = None
        self._failed: dict[str, _Failed] = {}

    async def wake_due(self, now: datetime | None = None) -> int:
        """Make one pass over the cases that became due since the last; return how many it opened.

        ``now`` is the store's time, if it is known. A case that cannot be opened holds up no other;
        it is tried again with back-off. Every 15 minutes a pass reads all cases that are due. If
        none is due, a pass costs one read.
        """
        now = now or self._clock.now()
        again = [chat_id for chat_id, failed in self._failed.items() if failed.next_at <= now]
        count = await self._wake_all(again, now)
        is_full = self._full_pass_at is None or now - self._full_pass_at >= _FULL_PASS
        last = None if is_full else self._last_pass_at
        due = Query(
            paths.CHATS,
            # Only a snoozed case has this field, so it needs no second condition.
            where=(
                *(() if last is None else (Where("snoozedUntil", ">", last - _LATE),)),
                Where("snoozedUntil", "<=", now),
            ),
            order_by=(OrderBy("snoozedUntil"), OrderBy("__name__")),
            limit=_CONCURRENCY,
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
            if len(page) < _CONCURRENCY:
                break
            after = page[-1]
        self._last_pass_at = now
        if is_full:
            self._full_pass_at = now
        return count

    async def _wake_all(self, chat_ids: Sequence[str], now: datetime) -> int:
        count = 0
        for first in range(0, len(chat_ids), _CONCURRENCY):
            some = chat_ids[first : first + _CONCURRENCY]
            count += sum(await asyncio.gather(*(self._wake(chat_id, now) for chat_id in some)))
        return count

    async def _wake(self, chat_id: str, now: datetime) -> bool:
        """Open the case; return whether it was this call that opened it."""
        writes: list[Write] = []

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            nonlocal writes
            writes = wake_case(state, now, change_id)
            return writes

        try:
            await self._chats.change(chat_id, decide, "case")
        except (Refused, Conflict, PermanentError, ValidationError) as problem:
            _log.warning("case.notWoken", chatId=chat_id, error=error_text(problem))
            before = self._failed.pop(chat_id, None)
            wait = min(_LONGEST_WAIT, before.wait * 2) if before is not None else _FIRST_WAIT
            if len(self._failed) < _MAX_REMEMBERED:
                self._failed[chat_id] = _Failed(wait, now + wait)
            return False
        self._failed.pop(chat_id, None)
        return bool(writes)


def _following(query: Query, last: Snapshot | None) -> Query:
    if last is None:
        return query
    return dataclasses.replace(query, start_after=(last.fields["snoozedUntil"], last.path))
