"""When a sending window is open for a person. Pure.

Instants are turned into local time and wall clocks are compared. Nothing is ever added to a local
time, so hours that a zone skips or repeats need no case of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schema import zones
from schema.sending_window import RECIPIENT, SendingWindow

_DAYS = 8
"""Days looked ahead: a zone that moves over the date line skips a whole day."""


def window_zone(window: SendingWindow, own_zone: object) -> ZoneInfo:
    """Return the zone of a window; a recipient whose zone is missing or unknown counts as UTC."""
    name = own_zone if window.time_zone == RECIPIENT else window.time_zone
    return ZoneInfo(name if isinstance(name, str) and zones.is_zone(name) else "UTC")


def is_open(window: SendingWindow, zone: ZoneInfo, at: datetime) -> bool:
    """Return whether a window is open at an instant: from ``from`` on, until before ``to``."""
    clock = at.astimezone(zone).time()
    start, end = time.fromisoformat(window.from_), time.fromisoformat(window.to)
    return start <= clock < end if start < end else clock >= start or clock < end


def opens_at(window: SendingWindow, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when a closed window opens next, None if it is open."""
    if is_open(window, zone, now):
        return None
    today = now.astimezone(zone).date()
    start = time.fromisoformat(window.from_)
    for day in range(_DAYS):
        for at in _instants(today + timedelta(days=day), start, zone):
            if at > now and is_open(window, zone, at):
                return at
    return now + timedelta(days=1)  # A window inside a gap of every day: no zone has one.


def _instants(day: date, clock: time, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which a zone's clock shows a time of a day, in order.

    There are two if the hour is repeated. If it is skipped, yield the end of the gap.
    """
    local = datetime.combine(day, clock, zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        yield first
        if second > first:
            yield second
        return
    # In a gap the two offsets are those before and after it, and `second` comes before `first`.
    before, after = second, first
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
            before = middle
        else:
            after = middle
    yield after.replace(microsecond=0)
