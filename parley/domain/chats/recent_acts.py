"""What each person posted and edited in the last minute, over all chats. Pure, in memory.

A chat notes its posts itself, for all processes. This holds what no chat can note: edits, which
mostly write nothing to the chat, and the sum over several chats.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from parley.domain.chats.post_paces import PostPaces, microseconds
from schema import limits

_MINUTE: Final = 60_000_000
_MUTE: Final = limits.FLOOD_MUTE_SECONDS * 1_000_000

_REMEMBERED: Final = 30_000
"""Posts and edits, some 8 MB. Beyond, what was done by those who did nothing for longest is
forgotten."""

_OF_ONE: Final = 2 * limits.CHOSEN_POSTS_PER_MINUTE
"""The most that is remembered of one person, the newest: as much as any limit needs."""


@dataclass(frozen=True, slots=True)
class Act:
    """A post or an edit. ``name`` tells it from others in its chat; ``rows`` is what it costs."""

    uid: str
    chat_id: str
    name: str
    at: int
    rows: int
    is_edit: bool = False


class RecentActs:
    """The posts and edits of the last minute, by person; each of them once."""

    def __init__(self, *, remembered: int = _REMEMBERED) -> None:
        self._of: OrderedDict[str, dict[tuple[str, str], Act]] = OrderedDict()
        """In the order of the last act; a person's acts in the order in which they came."""
        self._remembered = remembered
        self._count = 0

    def keep(self, acts: Iterable[Act]) -> None:
        """Remember these; one that is remembered already counts once."""
        for act in acts:
            mine = self._of.setdefault(act.uid, {})
            self._of.move_to_end(act.uid)
            before = len(mine)
            mine[act.chat_id, act.name] = act
            self._forget_old(mine, act.at - _MINUTE)
            self._count += len(mine) - before
        while self._count > self._remembered and len(self._of) > 1:
            _, gone = self._of.popitem(last=False)
            self._count -= len(gone)

    def edits(self, chat_id: str, uid: str) -> list[int]:
        """Return the times of a person's edits in a chat."""
        mine = self._of.get(uid)
        if not mine:
            return []
        return [act.at for act in mine.values() if act.is_edit and act.chat_id == chat_id]

    def is_too_much(self, uid: str, paces: PostPaces, now: datetime) -> bool:
        """Return whether a person did too much over several chats in the minute to their last act.

        In one chat alone its own limits hold. Where a service allows more in its chats, this allows
        as many times as much. What is more than a minute old mutes nobody.
        """
        mine = self._of.get(uid)
        if not mine:
            return False
        newest = max(act.at for act in mine.values())
        if newest <= microseconds(now) - _MUTE:
            return False
        acts = [act for act in mine.values() if act.at > newest - _MINUTE]
        if len({act.chat_id for act in acts}) == 1:
            return False
        times = max(1.0, paces.per_minute / limits.POSTS_PER_MINUTE)
        rows = sum(act.rows for act in acts)
        return (
            len(acts) > limits.PERSON_POSTS_PER_MINUTE * times
            or rows > limits.PERSON_ROWS_PER_MINUTE * times
        )

    def __len__(self) -> int:
        """Return the number of acts that are remembered."""
        return self._count

    @staticmethod
    def _forget_old(mine: dict[tuple[str, str], Act], expired: int) -> None:
        """Forget a person's oldest acts: those from before a time, and those beyond the bound."""
        while mine:
            key = next(iter(mine))
            if mine[key].at > expired and len(mine) <= _OF_ONE:
                break
            del mine[key]
