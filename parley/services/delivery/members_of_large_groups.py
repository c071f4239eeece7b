"""The members of large groups that talk, remembered for a minute."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from cachetools import TTLCache

from parley.domain.chats.chat_state import ChatState
from parley.domain.ports import Clock
from parley.store import Query, Snapshot, Store
from schema import paths

_PEOPLE = 10_000
"""Members remembered over all groups, some 8 MB at most."""

_FRESH_SECONDS = 60.0

_Members = dict[str, Snapshot]


@dataclasses.dataclass(frozen=True, slots=True)
class _Known:
    """Members as read. Each join and leave changes ``count`` or ``joined_at`` of the chat."""

    count: int | None
    joined_at: datetime | None
    members: _Members

    def __len__(self) -> int:
        return len(self.members)


class MembersOfLargeGroups:
    """Reads the members of a group of up to 1,000 once in a minute, and when they change."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._known: TTLCache[str, _Known] = TTLCache(
            _PEOPLE,
            _FRESH_SECONDS,
            timer=lambda: clock.now().timestamp(),
            getsizeof=len,
        )

    async def of(self, state: ChatState) -> list[Snapshot]:
        """Return the members, with ``unopened`` and ``joinedAt``."""
        chat = state.chat
        known = self._known.get(state.id)
        if (
            known is None
            or known.count != chat.member_count
            or known.joined_at != chat.last_joined_at
        ):
            query = Query(paths.chat_members(state.id), select=("unopened", "joinedAt"))
            found = [snapshot async for page in self._store.stream(query) for snapshot in page]
            known = _Known(chat.member_count, chat.last_joined_at, {one.id: one for one in found})
            if len(known) <= _PEOPLE:
                self._known[state.id] = known
        return list(known.members.values())

    def note_opened(self, chat_id: str, uids: Iterable[str]) -> None:
        """Forget that these had not opened the group, as their documents do."""
        known = self._known.get(chat_id)
        if known is None:
            return
        for uid in uids:
            member = known.members.get(uid)
            if member is not None and "unopened" in member.fields:
                fields = {key: value for key, value in member.fields.items() if key != "unopened"}
                known.members[uid] = dataclasses.replace(member, fields=fields)
