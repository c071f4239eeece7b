"""Snoozed cases whose time has come: they are opened, as staff would open them.

Nothing triggers on a time, so the sweeper of every worker process looks. Many may find the same
case: the chat's ``update_time`` lets one open it, and whoever reads it later finds it awake.
"""

from __future__ import annotations

import asyncio
import dataclasses

from pydantic import ValidationError

from parley.domain.cases import woken
from parley.domain.errors import PermanentError, Refused
from parley.domain.fan_out import ChatState
from parley.domain.ports import Clock, OrderBy, Query, Snapshot, Where, Write
from parley.services.change_chats import ChangeChats
from parley.structured_logging import get_log
from schema import paths

_WOKEN_AT_ONCE = 50
"""Cases of one page, which are opened side by side."""

_log = get_log(__name__)


class WakeCases:
    """Opens the cases that have slept long enough."""

    def __init__(self, *, chats: ChangeChats, clock: Clock) -> None:
        self._chats = chats
        self._store = chats.store
        self._clock = clock

    async def wake_due(self) -> int:
        """One pass over all that are due, page by page; the number that this pass opened.

        A case that cannot be opened keeps its place and holds up no other. Where none is due the
        pass costs one read.
        """
        due = Query(
            paths.CHATS,
            # Only a case that sleeps has this field, so it needs no second condition.
            where=(Where("snoozedUntil", "<=", self._clock.now()),),
            order_by=(OrderBy("snoozedUntil"), OrderBy("__name__")),
            limit=_WOKEN_AT_ONCE,
            select=("snoozedUntil",),
        )
        count = 0
        after: Snapshot | None = None
        while True:
            page = [
                case async for part in self._store.stream(_following(due, after)) for case in part
            ]
            count += sum(await asyncio.gather(*(self._wake(case.id) for case in page)))
            if len(page) < _WOKEN_AT_ONCE:
                return count
            after = page[-1]

    async def _wake(self, chat_id: str) -> bool:
        """Whether it was this call that opened the case."""
        writes: list[Write] = []

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            nonlocal writes
            writes = woken(state, self._clock.now(), change_id)
            return writes

        try:
            await self._chats.change(chat_id, decide, "case")
        except (Refused, PermanentError, ValidationError) as problem:
            _log.warning("case.notWoken", chatId=chat_id, error=str(problem))
            return False
        return bool(writes)


def _following(query: Query, last: Snapshot | None) -> Query:
    if last is None:
        return query
    return dataclasses.replace(query, start_after=(last.fields["snoozedUntil"], last.path))
