"""Read the value of the ``date`` filter as a time.

Texts are read as Ruby's ``Time.parse`` reads a whole date: the year first (``2026-12-24``), or the
day (``24.12.2026``, ``24/12/2026``), or the month by its name, with or without time and zone. A
text without a zone is UTC, in every zone of the process. Other texts are no dates, such as a year
of two digits, a day that the month does not have, or the name of a month without a day.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from parley.domain.campaigns.templates.liquid_values import describe, with_zone
from parley.domain.campaigns.templates.refusals import Refused

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "(?P<name>" + "|".join(_MONTHS) + r")[a-z]*\.?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
_DATES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?<![\d.]){_YEAR}(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<![\d.])(?P<day>\d{{1,2}})(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign){_YEAR}(?!\d)",
        rf"\b{_DAY}[-.,\s]*\b{_MONTH}[-,\s]*{_YEAR}\b",
        rf"\b{_MONTH}[-\s]*{_DAY}\b,?\s*{_YEAR}\b",
        rf"\b{_YEAR}[-\s]+{_MONTH}[-\s]*{_DAY}\b",
        rf"\b{_MONTH}[-\s]*{_YEAR}\b",
        rf"\b{_DAY}[-.,\s]*\b{_MONTH}\s*$",
        rf"\b{_MONTH}[-\s]*{_DAY}\s*$",
        rf"(?<![-\d]){_YEAR}-(?P<day_of_year>\d{{3}})(?![-\d])",
    )
)
_ZONE = r"(?P<zone>[-+]\d\d?(?::?\d\d)?|(?:z|utc?|gmt|[ecmp][sd]t)\b)"
_HALF = r"(?P<half>[ap])\.?m\b\.?"
_TIMES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?<!\d)(?P<hour>\d{{1,2}})\s*:\s*(?P<minute>\d{{2}})"
        rf"(?:\s*:\s*(?P<second>\d{{2}})(?:[,.](?P<fraction>\d+))?)?(?:\s*{_HALF})?\s*{_ZONE}?",
        rf"(?<!\d)(?P<hour>\d{{1,2}})\s*{_HALF}",
    )
)
_WHOLE = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)"
        rf"(?:[t ](?P<hour>\d\d):(?P<minute>\d\d)"
        rf"(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?\s*{_ZONE}?)?",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)"
        rf"t(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_ZONE}?",
    )
)
"""The machine formats: a date and a time in one."""
_OFFSET = re.compile(r"(?P<sign>[-+])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?", re.ASCII)
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
"""The zone names of dates in emails (RFC 2822); other names are ignored."""


def read_time(value: object, now: datetime) -> datetime | None:
    """Return the value as a time, or None if it is not one."""
    if isinstance(value, datetime):
        return with_zone(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _from_epoch(value)
    return _read_text(value, now) if isinstance(value, str) else None


def _from_epoch(seconds: int) -> datetime:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise Refused(f"{describe(seconds)} is too far from today to be a date") from error


def _read_text(text: str, now: datetime) -> datetime | None:
    lowered = text.lower()
    if lowered in ("now", "today"):
        return now.astimezone(UTC)
    if text.isascii() and text.isdigit():
        return _from_epoch(int(text[:40]))
    if not any("0" <= character <= "9" for character in text) or len(text) > 100:
        return None
    try:
        return _read_date(lowered, now)
    except ValueError:  # Such as month 13, or day 31 of April.
        return None


def _read_date(text: str, now: datetime) -> datetime | None:
    """Read the time, then the rest as the date; a time without a date is today."""
    time = date = next((found for form in _WHOLE if (found := form.fullmatch(text))), None)
    if date is None:
        time = next((found for pattern in _TIMES if (found := pattern.search(text))), None)
        rest = f"{text[: time.start()].removesuffix('t')} {text[time.end() :]}" if time else text
        date = next((found for pattern in _DATES if (found := pattern.search(rest))), None)
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if date is None:
        return _at(today, time.groupdict()) if time else None
    day = _day(date.groupdict(), today.year)
    return _at(day, time.groupdict()) if time else day


def _day(parts: dict[str, str | None], this_year: int) -> datetime:
    year = int(parts.get("year") or this_year)
    if parts.get("day_of_year"):
        day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(int(parts["day_of_year"] or 0) - 1)
        if day.year != year:
            raise ValueError
        return day
    name = parts.get("name")
    month = _MONTHS.index(name) + 1 if name else int(parts["month"] or 0)
    return datetime(year, month, int(parts.get("day") or 1), tzinfo=UTC)


def _at(day: datetime, time: dict[str, str | None]) -> datetime:
    hour, minute = int(time["hour"] or 0), int(time.get("minute") or 0)
    second = int(time.get("second") or 0)
    if time.get("half"):
        hour = hour % 12 + (12 if time["half"] == "p" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError
    fraction = (time.get("fraction") or "")[:6].ljust(6, "0")
    passed = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=int(fraction))
    return (day + passed).replace(tzinfo=_zone(time.get("zone") or ""))


def _zone(name: str) -> timezone:
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else UTC
    ahead = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
    return timezone(-ahead if offset["sign"] == "-" else ahead)
