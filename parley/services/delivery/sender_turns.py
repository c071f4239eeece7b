"""Hold each sender's pace over all workers together.

A document says until when a sender is spoken for. A process moves that time on by one second's
share, or one message, in a commit under the document's precondition, and sends so much within that
time. So the document is written at most about once a second, and over any window a sender sends at
most its rate and one second's share. A burst is not made up for, and keeps no order.

SMS whose turn has not come wait in a line in memory, and are looked at when it has.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from parley.domain.delivery.sender_rates import CARRIER_QUEUE, SmsSender
from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import MUST_NOT_EXIST, Set, Store, UpdatedAt
from parley.store.commit_loop import ATTEMPTS
from parley.structured_logging import get_log
from schema import paths
from schema.sms_usage import SenderTurn, sender_turn_fields

_MOST_WAITING = 20_000
"""SMS that a process remembers to be waiting; more are looked at again without a place."""

_WARN_AGAIN = timedelta(hours=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_log = get_log("services.sender_turns")


@dataclass(slots=True)
class _Line:
    """One sender in this process: ``left`` segments until ``ends``, and the SMS that wait.

    ``closed_until``: when others have sent theirs, as last read. ``end``: when the line is done.
    """

    left: int = 0
    ends: datetime = _LONG_AGO
    closed_until: datetime = _LONG_AGO
    end: datetime = _LONG_AGO
    warned_at: datetime = _LONG_AGO
    waiting: dict[str, datetime] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class SenderTurns:
    """Gives SMS their turn with their sender. Instances in any number of processes may race."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lines: dict[str, _Line] = {}
        self._waiting: dict[str, _Line] = {}

    def waits_until(self, path: str) -> datetime | None:
        """Return when the turn of a job comes that waits here, None if it does not wait."""
        line = self._waiting.get(path)
        at = None if line is None else line.waiting.get(path)
        return at if at is not None and at > self._clock.now() else None

    async def take(self, path: str, sender: SmsSender, segments: int) -> datetime | None:
        """Take the turn of a job; or return when to ask again, if it has not come.

        Costs a read and a write for each second's share of a sender, and a read where others have
        the turn.
        """
        rate = sender.segments_per_second
        if rate is None:
            return None
        line = self._lines.setdefault(sender.name, _Line())
        async with line.lock:
            now = self._clock.now()
            is_new = path not in line.waiting
            if line.closed_until > now or (is_new and line.waiting and line.end > now):
                return self._join(path, line, sender, segments, now)
            if now >= line.ends:
                line.left = 0
            if line.left < segments and not await self._reserve(line, sender, segments, rate):
                return self._join(path, line, sender, segments, now)
            line.left -= segments
            self._leave(path, line)
            return None

    def give_back(self, sender: SmsSender, segments: int) -> None:
        """Give a turn back that was not used."""
        line = self._lines.get(sender.name)
        if line is not None and self._clock.now() < line.ends:
            line.left += segments

    async def _reserve(self, line: _Line, sender: SmsSender, segments: int, rate: float) -> bool:
        path = paths.sms_sender(sender.name)
        size = max(segments, math.floor(rate))
        for _ in range(ATTEMPTS):
            (held,) = await self._store.get_many([path])
            turn = None if held is None else SenderTurn.parse_or_none(held.fields)
            now = self._clock.now()
            if turn is not None and turn.next_at > now:
                line.closed_until = turn.next_at
                return False
            ends = now + timedelta(seconds=size / rate)
            fence = MUST_NOT_EXIST if held is None else UpdatedAt(held.update_time)
            try:
                await self._store.commit([Set(path, sender_turn_fields(next_at=ends), fence)])
            except (Conflict, CommitOutcomeUnknown):
                continue
            line.left += size
            line.ends = ends
            return True
        raise Conflict(f"{path} is being changed by others: {ATTEMPTS} commits were outraced")

    def _join(
        self, path: str, line: _Line, sender: SmsSender, segments: int, now: datetime
    ) -> datetime:
        """Return when the turn of a job comes, after all that wait in this process."""
        self._leave(path, line)
        if len(line.waiting) >= _MOST_WAITING:
            self._forget_lost(line, now)
        first = max(now, line.closed_until, line.ends)
        at = max(first, line.end) if line.waiting else first
        line.end = at + sender.takes(segments)
        if len(line.waiting) < _MOST_WAITING:
            line.waiting[path] = at
            self._waiting[path] = line
        if at - now > CARRIER_QUEUE and now >= line.warned_at + _WARN_AGAIN:
            line.warned_at = now
            hours = (at - now).total_seconds() / 3600
            _log.warning("sms.longQueue", sender=sender.name, hours=round(hours, 1))
        return at

    def _leave(self, path: str, line: _Line) -> None:
        line.waiting.pop(path, None)
        self._waiting.pop(path, None)

    def _forget_lost(self, line: _Line, now: datetime) -> None:
        """Forget jobs whose turn came long ago: they were sent elsewhere, or deleted."""
        for path in [one for one, at in line.waiting.items() if at < now - timedelta(minutes=1)]:
            self._leave(path, line)
