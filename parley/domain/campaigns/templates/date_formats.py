"""The ``date`` filter, with the formats of Ruby's ``strftime``.

Python's ``strftime`` leaves most of them to the system's C library: it lacks ``%L``, ``%N`` and
``%:z``, its ``%s`` depends on the zone of the process, and its names on the locale.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from parley.domain.campaigns.templates.date_reading import read_time
from parley.domain.campaigns.templates.liquid_values import to_text
from parley.domain.campaigns.templates.refusals import Refused
from parley.domain.campaigns.templates.rendering import Rendering

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

_DIRECTIVE = re.compile(r"%([-0^#_]*)([0-9]*)(:{0,3}z|[EO]?[a-zA-Z%]|$)")
_WIDEST = 100

_NUMBERS: Mapping[str, tuple[Callable[[datetime], int], int, str]] = {
    "Y": (lambda t: t.year, 4, "0"),
    "C": (lambda t: t.year // 100, 2, "0"),
    "y": (lambda t: t.year % 100, 2, "0"),
    "m": (lambda t: t.month, 2, "0"),
    "d": (lambda t: t.day, 2, "0"),
    "e": (lambda t: t.day, 2, " "),
    "j": (lambda t: t.timetuple().tm_yday, 3, "0"),
    "H": (lambda t: t.hour, 2, "0"),
    "k": (lambda t: t.hour, 2, " "),
    "I": (lambda t: (t.hour - 1) % 12 + 1, 2, "0"),
    "l": (lambda t: (t.hour - 1) % 12 + 1, 2, " "),
    "M": (lambda t: t.minute, 2, "0"),
    "S": (lambda t: t.second, 2, "0"),
    "s": (lambda t: _epoch(t), 1, "0"),
    "u": (lambda t: t.isoweekday(), 1, "0"),
    "w": (lambda t: t.isoweekday() % 7, 1, "0"),
    "G": (lambda t: t.isocalendar().year, 4, "0"),
    "g": (lambda t: t.isocalendar().year % 100, 2, "0"),
    "V": (lambda t: t.isocalendar().week, 2, "0"),
    "U": (lambda t: _week(t, t.isoweekday() % 7), 2, "0"),
    "W": (lambda t: _week(t, t.weekday()), 2, "0"),
}
"""Each number with its width and its padding."""

_NAMES: Mapping[str, Callable[[datetime], str]] = {
    "A": lambda t: _DAYS[t.isoweekday() % 7],
    "a": lambda t: _DAYS[t.isoweekday() % 7][:3],
    "B": lambda t: _MONTHS[t.month - 1],
    "b": lambda t: _MONTHS[t.month - 1][:3],
    "h": lambda t: _MONTHS[t.month - 1][:3],
    "p": lambda t: "AM" if t.hour < 12 else "PM",
    "P": lambda t: "am" if t.hour < 12 else "pm",
    "Z": lambda t: "" if t.utcoffset() else "UTC",
    "n": lambda t: "\n",
    "t": lambda t: "\t",
    "%": lambda t: "%",
}

_WHOLES: Mapping[str, str] = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "v": "%e-%^b-%Y",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
    "r": "%I:%M:%S %p",
    "R": "%H:%M",
    "T": "%H:%M:%S",
}


def date(run: Rendering, value: object, form: object) -> object:
    """Format a time. A value that is no time, or an empty format, changes nothing."""
    pattern = to_text(form)
    if not pattern:
        return value
    run.spend(20 + (len(pattern) + len(value if isinstance(value, str) else "")) // 2)
    run.spend(6 * pattern.count("%"))
    moment = read_time(value, run.current_time())
    return value if moment is None else format_time(moment, pattern)


def format_time(moment: datetime, pattern: str) -> str:
    """Return the time in its own zone, in a format of Ruby."""
    return _DIRECTIVE.sub(lambda found: _shown(moment, found), pattern)


def _shown(moment: datetime, found: re.Match[str]) -> str:
    flags, width, directive = found.groups()
    if not directive:
        raise Refused(
            f"the date format ends with an incomplete '{found[0][:20]}'; write '%%' for %"
        )
    if len(width) > 3 or int(width or 0) > _WIDEST:
        raise Refused(f"the date format {found[0][:20]} is wider than {_WIDEST} characters")
    letter = directive[-1] if directive[0] in "EO" and len(directive) > 1 else directive
    wide = int(width) if width else None
    if letter in _NUMBERS:
        number, natural, filler = _NUMBERS[letter]
        return _padded(str(number(moment)), flags, natural if wide is None else wide, filler)
    if letter in ("L", "N"):
        places = wide or (3 if letter == "L" else 9)
        return f"{moment.microsecond:06}".ljust(places, "0")[:places]
    if letter[-1] == "z":
        return _padded_offset(moment, letter.count(":"), flags, wide or 0)
    if letter in _WHOLES:
        text = format_time(moment, _WHOLES[letter])
    elif letter in _NAMES:
        text = _NAMES[letter](moment)
    else:
        return found[0]
    if "#" in flags:
        text = text.lower() if letter in "pZ" else text.upper()
    elif "^" in flags:
        text = text.upper()
    return _padded(text, flags, wide or 0, " ")


def _padded(text: str, flags: str, width: int, filler: str) -> str:
    for flag in flags:
        if flag == "-":
            return text
        filler = {"0": "0", "_": " "}.get(flag, filler)
    return text.rjust(width, filler)


def _padded_offset(moment: datetime, colons: int, flags: str, width: int) -> str:
    offset = moment.utcoffset() or timedelta()
    sign, seconds = ("-" if offset < timedelta() else "+"), int(abs(offset).total_seconds())
    parts = [f"{part:02}" for part in (seconds // 3600, seconds // 60 % 60, seconds % 60)]
    shown = 3 if colons == 2 else 2
    while colons == 3 and shown > 1 and parts[shown - 1] == "00":
        shown -= 1
    text = (":" if colons else "").join(parts[:shown])
    if "_" in flags:
        return (sign + text.removeprefix("0")).rjust(max(width, len(text) + 1))
    return sign + text.rjust(width - 1, "0")


def _epoch(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def _week(moment: datetime, days_since: int) -> int:
    return (moment.timetuple().tm_yday + 6 - days_since) // 7
